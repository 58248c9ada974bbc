using System.Diagnostics.Metrics;
using Broker.Core.Stats;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>The instruments of POP consumption, by Apache 5's names where it has one.</summary>
sealed class PopMeters
{
    readonly Counter<long> _written;
    readonly Counter<long> _read;
    readonly Counter<long> _retried;
    readonly Counter<long> _lateAcks;

    /// <summary>Declares the counters.</summary>
    public PopMeters(Meter meter)
    {
        _written = meter.Counter("rocketmq_pop_revive_in_message_total", "Records written to the revive log, by kind.");
        _read = meter.Counter("rocketmq_pop_revive_out_message_total", "Records read from the revive log, by kind.");
        _retried = meter.Counter(
            "rocketmq_pop_revive_retry_messages_total",
            "Messages put into retry topics because nobody acknowledged them, by topic and group."
        );
        _lateAcks = meter.Counter(
            "rocketmq_pop_late_acks_total",
            "Acknowledgements of messages that had been given up already."
        );
    }

    /// <summary>Declares the gauges, once what they measure is there.</summary>
    public static void Declare(Meter meter, ReviveLog log, PopGroups groups, HeldPops pops, HeldPops notifications)
    {
        meter.Gauge(
            "rocketmq_pop_checkpoint_buffer_size",
            "Checkpoints in memory.",
            () => log.Queues.Sum(q => (long)q.Count)
        );
        meter.Gauge(
            "rocketmq_pop_offset_buffer_size",
            "Offsets that wait for a checkpoint before them to be acknowledged or stored.",
            () => groups.All.SelectMany(group => group.Queues).Sum(queue => (long)queue.OpenCount)
        );
        meter.Gauge("rocketmq_pop_group_number", "Pairs of topic and group that pop.", () => groups.Count);
        meter.Gauge("rocketmq_pop_polling_number", "Pops that wait for messages.", () => pops.Count);
        meter.Gauge(
            "rocketmq_pop_notification_polling_number",
            "Requests that wait to be told of messages.",
            () => notifications.Count
        );
        meter.CreateObservableGauge(
            "rocketmq_pop_revive_lag",
            () => log.Queues.Select(queue => new Measurement<long>(queue.Behind, Label(queue))),
            description: "Records of the revive log that a restart would read again, by queue."
        );
        meter.CreateObservableGauge(
            "rocketmq_pop_revive_latency",
            () => log.Queues.Select(queue => new Measurement<long>(Latency(log, queue), Label(queue))),
            description: "For how long the oldest checkpoint is due, in ms, by queue of the revive log."
        );
    }

    /// <summary>A record was handed to the store.</summary>
    public void Written(bool isCheckpoint, AppendStatus status) =>
        _written.Add(
            1,
            Kind(isCheckpoint),
            new("put_status", status == AppendStatus.Accepted ? "PUT_OK" : "UNKNOWN_ERROR")
        );

    /// <summary>A record was read.</summary>
    public void Read(bool isCheckpoint) => _read.Add(1, Kind(isCheckpoint));

    /// <summary>A message was handed to the store for its retry topic.</summary>
    public void Retried(PopGroup group, AppendStatus status) =>
        _retried.Add(
            1,
            new("topic", group.Topic.Name),
            new("consumer_group", group.Group.Name),
            new("put_status", status == AppendStatus.Accepted ? "PUT_OK" : "UNKNOWN_ERROR")
        );

    /// <summary>An acknowledgement came too late.</summary>
    public void LateAck() => _lateAcks.Add(1);

    static long Latency(ReviveLog log, ReviveQueue queue) =>
        queue.OldestReviveTime is > 0 and var time ? Math.Max(0, log.Now - time) : 0;

    static KeyValuePair<string, object?> Label(ReviveQueue queue) => new("queue_id", queue.QueueId);

    static KeyValuePair<string, object?> Kind(bool isCheckpoint) =>
        new("revive_message_type", isCheckpoint ? "CK" : "ACK");
}
