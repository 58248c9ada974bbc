using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Protocol.Bodies;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Stats;

/// <summary>Works out how far a group is in the queues of a topic, by offset and by time.</summary>
sealed class GroupProgress(
    BrokerOptions options,
    BrokerStats stats,
    ConsumerOffsets offsets,
    MessageStore store,
    TimeProvider time
)
{
    /// <summary>By offset: one entry a queue, and what the group reads per second.</summary>
    public ConsumeStats ByOffset(string group, Topic topic)
    {
        var name = Encoding.UTF8.GetBytes(group);
        return new ConsumeStats(
            [.. Enumerable.Range(0, topic.ReadQueues).Select(id => OffsetOf(name, topic, id))],
            stats.GetRate(topic.Name, group)
        );
    }

    /// <summary>By time: one entry a queue.</summary>
    public IReadOnlyList<QueueTimeSpan> ByTime(string group, Topic topic)
    {
        var name = Encoding.UTF8.GetBytes(group);
        return [.. Enumerable.Range(0, topic.WriteQueues).Select(id => SpanOf(name, topic, id))];
    }

    ConsumeOffset OffsetOf(byte[] group, Topic topic, int queueId)
    {
        var queue = topic.Log.Queue(queueId);
        var consumed = Math.Max(0, offsets.Query(group, topic.NameUtf8, queueId));
        var pulled = offsets.QueryPulled(group, topic.NameUtf8, queueId);
        return new ConsumeOffset(
            new MessageQueue(topic.Name, options.BrokerName, queueId),
            queue.MaxOffset.Value,
            consumed,
            Math.Max(consumed, pulled),
            Math.Max(0, StoredBefore(queue, consumed))
        );
    }

    QueueTimeSpan SpanOf(byte[] group, Topic topic, int queueId)
    {
        var queue = topic.Log.Queue(queueId);
        var (min, max) = (queue.MinOffset.Value, queue.MaxOffset.Value);
        var consumed = offsets.Query(group, topic.NameUtf8, queueId);
        var first = min < max ? store.StoreTimeOf(queue, new QueueOffset(min)) : -1;
        var next = Math.Max(consumed, min);
        var waiting = next < max ? store.StoreTimeOf(queue, new QueueOffset(next)) : -1;
        return new QueueTimeSpan(
            new MessageQueue(topic.Name, options.BrokerName, queueId),
            first,
            StoredBefore(queue, max),
            consumed > 0 ? StoredBefore(queue, consumed) : first,
            waiting < 0 ? 0 : time.GetUtcNow().ToUnixTimeMilliseconds() - waiting
        );
    }

    /// <summary>When the message before an offset was stored; -1 when it cannot be read.</summary>
    long StoredBefore(ConsumeQueue queue, long offset) =>
        offset > 0 && offset <= queue.MaxOffset.Value ? store.StoreTimeOf(queue, new QueueOffset(offset - 1)) : -1;
}
