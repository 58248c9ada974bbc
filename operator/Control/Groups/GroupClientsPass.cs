using System.Collections.Concurrent;
using Broker.Protocol.Bodies;
using Operator.Api.Groups;
using Operator.Control.Admin;
using Operator.Control.Apply;
using Operator.Control.Catalogues;
using Operator.Control.Observe;
using Operator.Plan.Remote;

namespace Operator.Control.Groups;

/// <summary>
/// Looks at what the clients of an instance's Groups do, one group after the other and each once a period, and writes
/// what changed coarsely.
/// </summary>
sealed class GroupClientsPass(
    BrokerAdmin brokers,
    KindCache<Group> cache,
    StatusWriter<Group, GroupStatus> statuses,
    OperatorSettings settings,
    TimeProvider time
) : IRemotePass
{
    /// <summary>
    /// Two questions a group and master: with a hundred groups the period is that of everything else, with ten thousand
    /// it is 17 minutes, and brokers are asked twenty times a second at the most.
    /// </summary>
    static readonly TimeSpan PerGroup = TimeSpan.FromSeconds(0.1);

    /// <summary>After a master that did not answer: six times a minute, where ten are allowed.</summary>
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    const int AtOnce = 4;

    readonly ConcurrentDictionary<string, long> _looked = new();

    /// <inheritdoc/>
    public async Task<(TimeSpan? Next, bool Settled)> RunAsync(
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        var groups = cache.OfInstance(context.Key);
        if (groups.Count == 0 || context.Masters.Count == 0 || context.Masters.Any(m => m.Address is null))
            return (null, true);
        var period = settings.DriftPeriod > PerGroup * groups.Count ? settings.DriftPeriod : PerGroup * groups.Count;
        var most = (int)Math.Ceiling(settings.DriftPeriod / PerGroup);
        var (next, gate) = (settings.DriftPeriod, new Lock());
        await Parallel.ForEachAsync(
            groups.Where(g => IsDue(g, period * 0.9)).Take(most),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (group, token) =>
            {
                var due = await TellAsync(group, context.Masters, token);
                lock (gate)
                    next = Deadline.Earliest(next, due);
            }
        );
        Forget(period * 2);
        return (next, true);
    }

    /// <summary>
    /// A group that has just become Ready says nothing of its clients yet, also when it was looked at before it ceased
    /// to be.
    /// </summary>
    bool IsDue(Group group, TimeSpan period) =>
        GroupClientsPlanner.IsReady(group)
        && (
            !GroupClientsPlanner.IsTold(group)
            || !_looked.TryGetValue(group.Metadata.Uid!, out var at)
            || time.GetElapsedTime(at) >= period
        );

    /// <summary>When to try again; null for the next period.</summary>
    async Task<TimeSpan?> TellAsync(Group group, IReadOnlyList<Master> masters, CancellationToken cancellationToken)
    {
        if (await LookAsync(GroupPlanner.RealName(group), masters, cancellationToken) is not { } clients)
            return RetryAfter;
        var retry = GroupClientsPlanner.Plan(group, clients, time.GetUtcNow()) is { } status
            ? await statuses.WriteAsync(group, status, cancellationToken)
            : null;
        if (retry is null)
            _looked[group.Metadata.Uid!] = time.GetTimestamp();
        return retry;
    }

    void Forget(TimeSpan age)
    {
        foreach (var (uid, at) in _looked)
            if (time.GetElapsedTime(at) > age)
                _looked.TryRemove(uid, out _);
    }

    /// <summary>Null when not every master answers: half of the figures would look like a change.</summary>
    async Task<GroupClients?> LookAsync(
        string group,
        IReadOnlyList<Master> masters,
        CancellationToken cancellationToken
    )
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        var (behind, broadcasts) = (0L, false);
        try
        {
            foreach (var master in masters)
            {
                var online = await brokers.ReadMembersAsync(master.Address!, group, cancellationToken);
                members.UnionWith(online?.Connections.Select(c => c.ClientId) ?? []);
                broadcasts |= online?.MessageModel == MessageModel.Broadcasting;
                behind += (await brokers.ReadProgressAsync(master.Address!, group, cancellationToken)).Behind;
            }
        }
        catch (Exception e) when (AdminFailures.IsOne(e))
        {
            return null;
        }
        return new GroupClients(members.Count, broadcasts ? null : Math.Max(behind, 0));
    }
}
