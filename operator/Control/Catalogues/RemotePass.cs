using k8s;
using k8s.Models;
using Operator.Control.Apply;
using Operator.Control.Events;
using Operator.Control.Observe;
using Operator.Plan;
using Operator.Plan.Remote;

namespace Operator.Control.Catalogues;

/// <summary>
/// The pass over all Topics, or all Groups, of an instance: read each master's table once, plan each resource, carry
/// out its changes, write its status where it differs.
/// </summary>
sealed class RemotePass<TEntity, TStatus, TConfig, TSettings>(
    IRemoteCatalogue<TEntity, TStatus, TConfig, TSettings> catalogue,
    KindCache<TEntity> cache,
    StatusWriter<TEntity, TStatus> statuses,
    FinalizerWriter<TEntity> finalizers,
    RemoteChanges<TEntity, TStatus, TConfig, TSettings> changes,
    EventRecorder events,
    OperatorSettings settings,
    TimeProvider time,
    Random random
) : IRemotePass
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
    where TStatus : class
    where TConfig : class
    where TSettings : struct
{
    /// <summary>
    /// Resources at the same time: what they wait for is mostly the API server's answer to a status.
    /// </summary>
    const int AtOnce = 8;

    readonly Readings<MasterTable<TConfig>> _tables = new(time, random);

    /// <inheritdoc/>
    public async Task<(TimeSpan? Next, bool Settled)> RunAsync(
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        var entities = cache.OfInstance(context.Key);
        if (entities.Count == 0)
            return (null, true);
        var started = time.GetTimestamp();
        // A little less than the period, so that the pass that comes after one does not find them just young enough.
        var tables = await ReadAsync(context, settings.DriftPeriod * 0.9, cancellationToken);
        var plans = PlanAll(entities, tables, context);
        if (plans.Any(p => p.Plan.Changes.Count > 0))
        {
            // Somebody may have made the topic meanwhile, with more queues: what is written must build on what is
            // there. Or somebody claims meanwhile what is to be deleted.
            tables = await ReadAsync(context, time.GetElapsedTime(started), cancellationToken);
            entities = cache.OfInstance(context.Key);
            plans = PlanAll(entities, tables, context);
        }
        var (next, settled, gate) = (settings.DriftPeriod, true, new Lock());
        await Parallel.ForEachAsync(
            plans,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (one, token) =>
            {
                var (due, isSettled) = await CarryOutAsync(one.Entity, one.Plan, tables, context, token);
                lock (gate)
                {
                    next = Deadline.Earliest(next, due);
                    settled &= isSettled;
                }
            }
        );
        await catalogue.TellAsync(context.NameServers, Orders(plans), cancellationToken);
        return (next, settled);
    }

    Dictionary<string, string> Orders(IReadOnlyList<(TEntity Entity, RemotePlan<TStatus, TSettings> Plan)> plans) =>
        plans
            .Where(p => p.Plan.Order is not null)
            .ToDictionary(p => catalogue.RealName(p.Entity), p => p.Plan.Order!, StringComparer.Ordinal);

    List<(TEntity Entity, RemotePlan<TStatus, TSettings> Plan)> PlanAll(
        IReadOnlyList<TEntity> entities,
        IReadOnlyList<(Master Master, Observed<MasterTable<TConfig>> Table)> tables,
        InstanceContext context
    )
    {
        var views = tables.Select(t => new MasterView<TSettings>(t.Master.BrokerGroup, SettingsOf(t.Table))).ToList();
        var claims = Claims(entities, context);
        var now = time.GetUtcNow();
        return
        [
            .. entities.Select(entity =>
                (
                    entity,
                    catalogue.Plan(
                        new RemoteObservation<TEntity, TSettings>
                        {
                            Entity = entity,
                            Instance = context.Lookup,
                            Claims = claims,
                            Masters = views,
                            Now = now,
                        }
                    )
                )
            ),
        ];
    }

    async Task<(TimeSpan Next, bool Settled)> CarryOutAsync(
        TEntity entity,
        RemotePlan<TStatus, TSettings> plan,
        IReadOnlyList<(Master Master, Observed<MasterTable<TConfig>> Table)> tables,
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        if (plan.Finalizer == FinalizerStep.Add)
        {
            // Alone in its pass: nothing may be created before the API server has it. Its watch brings the next pass.
            var delay = await finalizers.AddAsync(entity, cancellationToken);
            return (delay ?? settings.DriftPeriod, delay is null);
        }
        var made = await changes.MakeAsync(plan.Changes, tables, context, cancellationToken);
        foreach (var source in made.Doubtful)
            _tables.Invalidate(source);
        var outcome = plan.Outcome(made.Failures);
        var retry = outcome.Status is null
            ? null
            : await statuses.WriteAsync(entity, outcome.Status, cancellationToken);
        if (retry is null)
            foreach (var planned in outcome.Events)
                await events.RecordAsync(entity, planned, cancellationToken);
        if (plan.Finalizer == FinalizerStep.Remove && made.Failures.Count == 0)
            retry = Deadline.Earliest(
                retry ?? settings.DriftPeriod,
                await finalizers.RemoveAsync(entity, cancellationToken)
            );
        return (Deadline.Earliest(plan.WakeAfter, made.Retry, retry), made.Failures.Count == 0);
    }

    async Task<IReadOnlyList<(Master Master, Observed<MasterTable<TConfig>> Table)>> ReadAsync(
        InstanceContext context,
        TimeSpan maxAge,
        CancellationToken cancellationToken
    )
    {
        return await Task.WhenAll(
            context.Masters.Select(async master =>
                (
                    master,
                    master.Address is not { } address
                        ? Observed.Unknown<MasterTable<TConfig>>(master.Cause)
                        : await _tables.ReadAsync(
                            master.PodUid,
                            master.Pod,
                            maxAge,
                            async token => new MasterTable<TConfig>(await catalogue.ReadAsync(address, token)),
                            cancellationToken
                        )
                )
            )
        );
    }

    /// <summary>
    /// The settings of all that a master holds, as of the beginning of the pass.
    /// </summary>
    Observed<IReadOnlyDictionary<string, TSettings>> SettingsOf(Observed<MasterTable<TConfig>> table) =>
        table.IsKnown
            ? Observed.Known<IReadOnlyDictionary<string, TSettings>>(
                table.Value.Held.ToDictionary(h => h.Key, h => catalogue.SettingsOf(h.Value))
            )
            : Observed.Unknown<IReadOnlyDictionary<string, TSettings>>(table.Cause);

    ClaimTable Claims(IReadOnlyList<TEntity> entities, InstanceContext context) =>
        context.Lookup is { IsKnown: true, Value.Found: { } instance }
            ? ClaimTable.Of(
                entities
                    .Where(e => catalogue.Claims(e, instance))
                    .Select(e => new Claim(
                        e.Metadata.Uid!,
                        e.Metadata.NamespaceProperty!,
                        e.Metadata.Name!,
                        catalogue.RealName(e),
                        new DateTimeOffset(
                            DateTime.SpecifyKind(e.Metadata.CreationTimestamp ?? default, DateTimeKind.Utc)
                        )
                    ))
            )
            : ClaimTable.Empty;
}
