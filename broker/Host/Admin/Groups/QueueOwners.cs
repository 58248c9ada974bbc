using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary>Which member of a group reads which queue, as the members say themselves.</summary>
static class QueueOwners
{
    /// <summary>Client ids by queue; members that do not answer have none.</summary>
    public static async Task<Dictionary<MessageQueue, string>> OfAsync(
        VerbCall call,
        IReadOnlyList<BrokerAt> masters,
        string group
    )
    {
        var owners = new Dictionary<MessageQueue, string>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var broker in masters)
        {
            var members = await call.Cluster.MembersAsync(broker.Address, group, call.Stopping).ConfigureAwait(false);
            foreach (var member in members?.Connections ?? [])
            {
                if (!asked.Add(member.ClientId))
                    continue;
                var running = await RunningClient
                    .AskAsync(call, broker.Address, group, member.ClientId, withStacks: false)
                    .ConfigureAwait(false);
                foreach (var (queue, _) in running?["mqTable"].Members ?? [])
                    owners[MessageQueue.Read(queue)] = member.ClientId;
            }
        }
        return owners;
    }
}
