namespace Broker.Host.Admin.Offsets;

/// <summary><c>cloneGroupOffset</c>: puts one group where another is in a topic.</summary>
static class CloneOffsetVerb
{
    public static Verb Create()
    {
        var source = VerbOptions.Required("--srcGroup -s", "The group to copy from.");
        var target = VerbOptions.Required("--destGroup -d", "The group to move; nobody of it may be online.");
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var offline = VerbOptions.Switch("--offline -o", "Accepted for old scripts.");
        return new Verb(
            "cloneGroupOffset",
            "Copy the position of one consumer group in a topic to another.",
            call => RunAsync(call, call.Need(source), call.Need(target), call.Need(topic)),
            "-s readers -d new-readers -t orders"
        )
        {
            source,
            target,
            topic,
            offline,
        };
    }

    static async Task RunAsync(VerbCall call, string source, string target, string topic)
    {
        var masters = await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
        foreach (var broker in masters)
        {
            if (
                await call.Cluster.MembersAsync(broker.Address, target, call.Stopping).ConfigureAwait(false) is not null
            )
                throw new AdminFailedException(
                    $"group {target} is online: its members would write their own position again; stop them first"
                );
        }
        int copied = 0;
        call.Report.Table("queues", "topic", "broker", "queueId", "offset");
        foreach (var broker in masters)
        {
            var stats = await call
                .Cluster.ConsumeStatsAsync(broker.Address, source, null, call.Stopping)
                .ConfigureAwait(false);
            foreach (var one in stats.Offsets.OrderBy(one => one.Queue.QueueId))
            {
                // Asked for one topic, a broker also lists queues of which the group has no position.
                if (one.Queue.Topic != topic)
                    continue;
                await OfflineReset
                    .CommitAsync(call, broker.Address, target, one.Queue, one.ConsumerOffset)
                    .ConfigureAwait(false);
                call.Report.Row(topic, one.Queue.BrokerName, one.Queue.QueueId, one.ConsumerOffset);
                copied++;
            }
        }
        if (copied == 0)
            throw new AdminFailedException($"group {source} has no position in {topic}: nobody has consumed it yet");
    }
}
