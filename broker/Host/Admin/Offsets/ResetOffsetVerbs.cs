using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Offsets;

/// <summary>
/// <c>resetOffsetByTime</c> and <c>skipAccumulatedMessage</c>: move a group to a time or to the end. Members that are
/// online are told by the broker; with none online the positions are written.
/// </summary>
static class ResetOffsetVerbs
{
    /// <summary>The protocol's time of the end of a queue.</summary>
    const long ToTheEnd = -1;

    public static Verb CreateByTime(TimeProvider time)
    {
        var group = VerbOptions.Required("--group -g", "The consumer group.");
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var at = VerbOptions.Time(
            "--timestamp -s",
            "Where to: the first message since then; now is the end.",
            time,
            now: ToTheEnd
        );
        at.Required = true;
        var force = VerbOptions.Choice("--force -f", "Also backwards, which is so unless false is given.");
        var queue = VerbOptions.OptionalNumber("--queue -q", "Only this queue of the broker.", 0, 65535);
        var offset = VerbOptions.OptionalNumber("--offset -o", "With -q: to this offset instead.", 0, long.MaxValue);
        var broker = VerbOptions.Text("--broker -b --brokerAddr", "Only this broker: host:port.");
        var anyTime = VerbOptions.Switch("--anyTime", "Also a time before the first or after the last kept message.");
        var verb = new Verb(
            "resetOffsetByTime",
            "Move a consumer group to the messages since a time.",
            call =>
                RunAsync(
                    call,
                    new ResetOrder(call.Need(group), call.Need(topic), call.Get(at) ?? 0, call.Get(force) ?? true)
                    {
                        Broker = call.Get(broker),
                        Queue = call.Get(queue),
                        Offset = call.Get(offset),
                        AnyTime = call.Get(anyTime),
                    }
                ),
            "-g readers -t orders -s now",
            "-g readers -t orders -s 2024-05-01#12:00:00:000",
            "-g readers -t orders -s 0 -b 10.0.0.1:10911 -q 3 -o 1000"
        )
        {
            group,
            topic,
            at,
            force,
            queue,
            offset,
            broker,
            anyTime,
        };
        verb.Validators.Add(given =>
        {
            if (given.GetResult(offset) is not null && given.GetResult(queue) is null)
                given.AddError("--offset needs --queue: an offset belongs to one queue.");
        });
        return verb;
    }

    public static Verb CreateSkip()
    {
        var group = VerbOptions.Required("--group -g", "The consumer group.");
        var topic = VerbOptions.Required("--topic -t", "The topic.");
        var force = VerbOptions.Choice("--force -f", "Also backwards, which is so unless false is given.");
        return new Verb(
            "skipAccumulatedMessage",
            "Move a consumer group to the end of a topic: what it has not consumed yet is skipped.",
            call =>
                RunAsync(call, new ResetOrder(call.Need(group), call.Need(topic), ToTheEnd, call.Get(force) ?? true)),
            "-g readers -t orders"
        )
        {
            group,
            topic,
            force,
        };
    }

    static async Task RunAsync(VerbCall call, ResetOrder order)
    {
        var masters = order.Broker is { } one
            ? [new BrokerAt("", "", 0, one)]
            : await call.Cluster.MastersOfTopicAsync(order.Topic, call.Stopping).ConfigureAwait(false);
        await EnsureClusteringAsync(call, masters, order.Group).ConfigureAwait(false);
        if (order.Time >= 0 && order.Offset is null && !order.AnyTime)
            await ResetWindow.EnsureInsideAsync(call, masters, order).ConfigureAwait(false);
        var moved = new List<(MessageQueue Queue, long Offset)>();
        foreach (var broker in masters)
        {
            try
            {
                moved.AddRange(await ByBrokerAsync(call, broker.Address, order).ConfigureAwait(false));
            }
            catch (AdminFailedException failure) when (failure.Code == ResponseCode.ConsumerNotOnline)
            {
                moved.AddRange(await OfflineReset.RunAsync(call, broker, order).ConfigureAwait(false));
            }
        }
        call.Report.Table("queues", "topic", "broker", "queueId", "offset");
        foreach (var (queue, offset) in moved.OrderBy(one => one.Queue.BrokerName).ThenBy(one => one.Queue.QueueId))
            call.Report.Row(queue.Topic, queue.BrokerName, queue.QueueId, offset);
    }

    /// <summary>Each member of a broadcasting group keeps a position of its own, and a broker has none.</summary>
    static async Task EnsureClusteringAsync(VerbCall call, IReadOnlyList<BrokerAt> brokers, string group)
    {
        foreach (var broker in brokers)
        {
            var members = await call.Cluster.MembersAsync(broker.Address, group, call.Stopping).ConfigureAwait(false);
            if (members?.MessageModel == MessageModel.Broadcasting)
                throw new AdminFailedException(
                    $"group {group} is broadcast to: its members keep their positions themselves, and none can be set"
                );
        }
    }

    static async Task<List<(MessageQueue, long)>> ByBrokerAsync(VerbCall call, string address, ResetOrder order)
    {
        var fields = new FieldList
        {
            { "topic", order.Topic },
            { "group", order.Group },
            { "timestamp", order.Time },
            { "isForce", order.Force },
        };
        if (order.Queue is { } queue)
            fields.Add("queueId", queue);
        if (order.Offset is { } offset)
            fields.Add("offset", offset);
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.InvokeBrokerToResetOffset, fields, default, call.Stopping)
            .ConfigureAwait(false);
        return
        [
            .. FastJson
                .Parse(answer.Body.Span)["offsetTable"]
                .Members.Select(moved => (MessageQueue.Read(moved.Key), moved.Value.AsLong())),
        ];
    }
}
