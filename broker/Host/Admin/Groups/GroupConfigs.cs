using Broker.Protocol;
using Broker.Protocol.Bodies;

namespace Broker.Host.Admin.Groups;

/// <summary>The groups of a broker, as several verbs ask for them.</summary>
static class GroupConfigs
{
    /// <summary>All groups of one broker.</summary>
    public static async Task<IReadOnlyCollection<SubscriptionGroupConfig>> OfAsync(VerbCall call, string address) =>
        (await TableAsync(call, address).ConfigureAwait(false)).Groups;

    /// <summary>The whole table of one broker.</summary>
    public static async Task<SubscriptionGroupTable> TableAsync(VerbCall call, string address)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetAllSubscriptionGroupConfig, null, default, call.Stopping)
            .ConfigureAwait(false);
        return SubscriptionGroupTable.Parse(answer.Body.Span);
    }
}
