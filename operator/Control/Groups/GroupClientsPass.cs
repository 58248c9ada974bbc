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
    /// <summary>After a master that did not answer: six times a minute, where ten are allowed.</summary>
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    readonly Rota<Group> _rota = new(GroupClientsPlanner.IsReady, GroupClientsPlanner.IsTold, settings, time);

    /// <inheritdoc/>
    public async Task<(TimeSpan? Next, bool Settled)> RunAsync(
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        var groups = cache.OfInstance(context.Key);
        if (groups.Count == 0 || context.Masters.Count == 0 || context.Masters.Any(m => m.Address is null))
            return (null, true);
        var next = await _rota.RunAsync(
            groups,
            (group, token) => TellAsync(group, context.Masters, token),
            cancellationToken
        );
        return (next, true);
    }

    /// <summary>When to try again; null for the next period.</summary>
    async Task<TimeSpan?> TellAsync(Group group, IReadOnlyList<Master> masters, CancellationToken cancellationToken)
    {
        if (await LookAsync(GroupPlanner.RealName(group), masters, cancellationToken) is not { } clients)
            return RetryAfter;
        return GroupClientsPlanner.Plan(group, clients, time.GetUtcNow()) is { } status
            ? await statuses.WriteAsync(group, status, cancellationToken)
            : null;
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
        // Members talk to every broker, so each sees all of them; one that is not seen somewhere is no difference.
        var (differences, compared) = (new List<string>(), true);
        try
        {
            foreach (var master in masters)
            {
                var online = await brokers.ReadMembersAsync(master.Address!, group, cancellationToken);
                members.UnionWith(online?.Connections.Select(c => c.ClientId) ?? []);
                broadcasts |= online?.MessageModel == MessageModel.Broadcasting;
                compared &= online is null or { SubscriptionDifference: not null };
                if (online?.SubscriptionDifference is { Length: > 0 } difference)
                    differences.Add(difference);
                behind += (await brokers.ReadProgressAsync(master.Address!, group, cancellationToken)).Behind;
            }
        }
        catch (Exception e) when (AdminFailures.IsOne(e))
        {
            return null;
        }
        return new GroupClients(
            members.Count,
            broadcasts ? null : Math.Max(behind, 0),
            differences.Count > 0 ? differences[0]
                : compared ? ""
                : null
        );
    }
}
