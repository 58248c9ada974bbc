using Broker.Protocol.Bodies;

namespace Broker.Host.Admin.Messages;

/// <summary>What each group that reads a topic has done with a message, as far as positions tell.</summary>
static class MessageTracks
{
    /// <summary>Writes one line per group.</summary>
    public static async Task WriteAsync(VerbCall call, FoundMessage message)
    {
        call.Report.Table("tracks", "group", "state");
        foreach (
            string group in await call.Cluster.GroupsOfTopicAsync(message.Topic, call.Stopping).ConfigureAwait(false)
        )
            call.Report.Row(group, await StateAsync(call, message, group).ConfigureAwait(false));
    }

    static async Task<string> StateAsync(VerbCall call, FoundMessage message, string group)
    {
        foreach (
            var broker in await call.Cluster.MastersOfTopicAsync(message.Topic, call.Stopping).ConfigureAwait(false)
        )
        {
            if (broker.Address != message.StoreHost)
                continue;
            var members = await call.Cluster.MembersAsync(broker.Address, group, call.Stopping).ConfigureAwait(false);
            if (members?.MessageModel == MessageModel.Broadcasting)
                return "broadcast: each member keeps its own position";
            var stats = await call
                .Cluster.ConsumeStatsAsync(broker.Address, group, message.Topic, call.Stopping)
                .ConfigureAwait(false);
            var queue = stats.Offsets.Where(one =>
                one.Queue.QueueId == message.QueueId && one.Queue.Topic == message.Topic
            );
            bool passed = queue.Any(one => one.ConsumerOffset > message.QueueOffset);
            if (!passed)
                return members is null ? "not yet, nobody is online" : "not yet";
            return Wants(members, message) ? "consumed" : "passed over: its tag is not subscribed";
        }
        return "unknown: its broker is not in the topic's route";
    }

    static bool Wants(ConsumerConnection? members, FoundMessage message)
    {
        var subscription = members?.Subscriptions.FirstOrDefault(one => one.Topic == message.Topic);
        if (subscription is null || subscription.ExpressionType != "TAG" || subscription.SubString == "*")
            return true;
        return subscription
            .SubString.Split("||", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Contains(message.Tags, StringComparer.Ordinal);
    }
}
