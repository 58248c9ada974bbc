using Broker.Host.Admin.Output;
using Broker.Host.Admin.Topics;
using Broker.Protocol.Bodies;

namespace Broker.Host.Admin.Groups;

/// <summary><c>consumerProgress</c>: how far a group is in each queue, or how far behind all groups are.</summary>
static class ConsumerProgressVerb
{
    public static Verb Create()
    {
        var group = VerbOptions.Text("--groupName -g", "One group; without it, one line for each.");
        var topic = VerbOptions.Text("--topicName -t --topic", "Only this topic.");
        var clients = VerbOptions.Switch("--showClientIP -s", "Also which member has each queue.");
        return new Verb(
            "consumerProgress",
            "Show how far consumer groups are.",
            call =>
                call.Get(group) is { } one ? OneAsync(call, one, call.Get(topic), call.Get(clients)) : AllAsync(call),
            "",
            "-g readers",
            "-g readers -t orders -s true"
        )
        {
            group,
            topic,
            clients,
        };
    }

    static async Task OneAsync(VerbCall call, string group, string? topic, bool withClients)
    {
        var masters = topic is null
            ? await call.Cluster.MastersOfGroupAsync(group, call.Stopping).ConfigureAwait(false)
            : await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false);
        var offsets = new List<ConsumeOffset>();
        double tps = 0;
        foreach (var broker in masters)
        {
            var stats = await call
                .Cluster.ConsumeStatsAsync(broker.Address, group, topic, call.Stopping)
                .ConfigureAwait(false);
            offsets.AddRange(stats.Offsets);
            tps += stats.ConsumeTps;
        }
        if (offsets.Count == 0)
            throw new AdminFailedException(
                $"group {group} has no position in {topic ?? "any topic"}: nobody has consumed it yet"
            );
        var owners = withClients ? await QueueOwners.OfAsync(call, masters, group).ConfigureAwait(false) : null;
        Write(call, offsets, owners);
        call.Report.Value("consumeTps", tps);
        call.Report.Value("diffTotal", offsets.Sum(one => one.BrokerOffset - one.ConsumerOffset));
        call.Report.Value("inFlightTotal", offsets.Sum(one => one.PullOffset - one.ConsumerOffset));
    }

    static void Write(VerbCall call, List<ConsumeOffset> offsets, Dictionary<MessageQueue, string>? owners)
    {
        string[] columns =
        [
            "topic",
            "broker",
            "queueId",
            "brokerOffset",
            "consumerOffset",
            "client",
            "diff",
            "inFlight",
            "lastTime",
        ];
        call.Report.Table("queues", owners is null ? [.. columns.Where(column => column != "client")] : columns);
        var sorted = offsets
            .OrderBy(one => one.Queue.Topic, StringComparer.Ordinal)
            .ThenBy(one => one.Queue.BrokerName, StringComparer.Ordinal)
            .ThenBy(one => one.Queue.QueueId);
        foreach (var one in sorted)
        {
            object? diff = one.BrokerOffset - one.ConsumerOffset;
            object? inFlight = one.PullOffset - one.ConsumerOffset;
            var last = new Moment(one.LastTimestamp);
            var (queue, end, at) = (one.Queue, one.BrokerOffset, one.ConsumerOffset);
            if (owners is null)
                call.Report.Row(queue.Topic, queue.BrokerName, queue.QueueId, end, at, diff, inFlight, last);
            else
                call.Report.Row(
                    queue.Topic,
                    queue.BrokerName,
                    queue.QueueId,
                    end,
                    at,
                    owners.GetValueOrDefault(queue),
                    diff,
                    inFlight,
                    last
                );
        }
    }

    static async Task AllAsync(VerbCall call)
    {
        call.Report.Table("groups", "group", "members", "type", "model", "tps", "diffTotal");
        foreach (string topic in await call.Cluster.TopicsAsync(call.Stopping).ConfigureAwait(false))
        {
            if (!TopicNames.IsRetry(topic))
                continue;
            string group = TopicNames.GroupOf(topic);
            double tps = 0;
            long behind = 0;
            var clients = new HashSet<string>(StringComparer.Ordinal);
            ConsumerConnection? any = null;
            foreach (var broker in await call.Cluster.MastersOfTopicAsync(topic, call.Stopping).ConfigureAwait(false))
            {
                var stats = await call
                    .Cluster.ConsumeStatsAsync(broker.Address, group, null, call.Stopping)
                    .ConfigureAwait(false);
                tps += stats.ConsumeTps;
                behind += stats.Behind;
                var members = await call
                    .Cluster.MembersAsync(broker.Address, group, call.Stopping)
                    .ConfigureAwait(false);
                any ??= members;
                clients.UnionWith(members?.Connections.Select(member => member.ClientId) ?? []);
            }
            call.Report.Row(
                group,
                clients.Count,
                any?.ConsumeType.ToString(),
                any?.MessageModel.ToString(),
                tps,
                behind
            );
        }
    }
}
