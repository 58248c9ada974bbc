using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Control.Admin;
using Operator.Control.Apply;
using Operator.Plan;
using Operator.Plan.Remote;

namespace Operator.Control.Catalogues;

/// <summary>
/// Carries out requests to masters. One that fails is reported and held back until its time has come or the wish has
/// changed, as with children.
/// </summary>
sealed class RemoteChanges<TEntity, TStatus, TConfig, TSettings>(
    IRemoteCatalogue<TEntity, TStatus, TConfig, TSettings> catalogue,
    FailureBackoff backoff,
    ControlMeters meters,
    ILogger logger
)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
    where TStatus : class
    where TConfig : class
    where TSettings : struct
{
    /// <summary>Makes the changes in their order; all concern one resource.</summary>
    public async Task<ChangesMade> MakeAsync(
        IReadOnlyList<RemoteChange<TSettings>> planned,
        IReadOnlyList<(Master Master, Observed<MasterTable<TConfig>> Table)> tables,
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        if (planned.Count == 0)
            return new ChangesMade([], null, []);
        var failures = new List<RemoteFailure>();
        var doubtful = new List<string>();
        TimeSpan? retry = null;
        foreach (var change in planned)
        {
            var (master, table) = tables.First(t => t.Master.BrokerGroup == change.BrokerGroup);
            var key = $"{catalogue.Word}/{context.Key}/{change.BrokerGroup}/{change.Name}";
            var wish = change.Settings?.ToString() ?? "delete";
            if (backoff.Held(key, wish) is { } held)
            {
                failures.Add(new RemoteFailure(change.BrokerGroup, held.Failure.Message));
                retry = Deadline.Earliest(held.Remaining, retry);
                continue;
            }
            try
            {
                await MakeAsync(change, master, table.Value, cancellationToken);
                backoff.Succeeded(key);
                meters.BrokerChange(done: true);
            }
            catch (Exception e) when (AdminFailures.IsOne(e))
            {
                doubtful.Add(master.PodUid);
                failures.Add(new RemoteFailure(change.BrokerGroup, e.Message));
                retry = Deadline.Earliest(backoff.Failed(key, wish, new ApiFailure(false, false, e.Message)), retry);
                meters.BrokerChange(done: false);
                ControlLog.NotChanged(logger, catalogue.Word, change.Name, change.BrokerGroup, e.Message);
            }
        }
        if (failures.Count == 0 && planned.All(c => c.Settings is null))
            await ForgetAsync(planned[0].Name, context, cancellationToken);
        return new ChangesMade(failures, retry, doubtful);
    }

    async Task MakeAsync(
        RemoteChange<TSettings> change,
        Master master,
        MasterTable<TConfig> table,
        CancellationToken cancellationToken
    )
    {
        if (change.Settings is { } settings)
        {
            var held = table.Held.GetValueOrDefault(change.Name);
            table.Put(
                change.Name,
                await catalogue.PutAsync(master.Address!, change.Name, settings, held, cancellationToken)
            );
        }
        else
        {
            await catalogue.DeleteAsync(master.Address!, change.Name, cancellationToken);
            table.Remove(change.Name);
        }
        ControlLog.Changed(logger, catalogue.Word, change.Name, change.BrokerGroup, change.Settings is null);
    }

    /// <summary>
    /// One that does not answer learns it from the brokers' next registration, or forgets it when it restarts.
    /// </summary>
    async Task ForgetAsync(string name, InstanceContext context, CancellationToken cancellationToken)
    {
        foreach (var address in context.NameServers)
        {
            try
            {
                await catalogue.ForgetAsync(address, name, cancellationToken);
            }
            catch (Exception e) when (AdminFailures.IsOne(e))
            {
                ControlLog.NotChanged(logger, catalogue.Word, name, address, e.Message);
            }
        }
    }
}
