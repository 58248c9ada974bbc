using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Store;

namespace Broker.Core.Stats;

/// <summary>How far groups are behind the ends of their queues.</summary>
public sealed class ConsumerLag(ConsumerOffsets offsets, TopicTable topics, MessageStore store, TimeProvider time)
{
    /// <summary>Scrapes come every 15 s or 30 s, from several scrapers perhaps; a figure may be so old.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    /// <summary>Pairs of topic and group that are reported; the registry's own bound lies higher.</summary>
    const int PairsMax = 10_000;

    readonly Lock _sync = new();
    IReadOnlyList<GroupLag> _known = [];
    long _measured;
    bool _isMeasured;

    /// <summary>The lag of every group in every topic that it has offsets of, at most ten seconds old.</summary>
    public IReadOnlyList<GroupLag> All()
    {
        lock (_sync)
        {
            if (!_isMeasured || time.GetElapsedTime(_measured) > Freshness)
            {
                _known = [.. Measure().Take(PairsMax)];
                _measured = time.GetTimestamp();
                _isMeasured = true;
            }
            return _known;
        }
    }

    IEnumerable<GroupLag> Measure()
    {
        foreach (var (topicName, group, committed) in offsets.All())
        {
            if (topics.TryGet(topicName, out var topic))
                yield return Measure(topic, group, committed);
        }
    }

    GroupLag Measure(Topic topic, string group, IReadOnlyList<KeyValuePair<int, long>> committed)
    {
        var messages = 0L;
        var oldest = long.MaxValue;
        foreach (var (queueId, offset) in committed)
        {
            if (queueId >= topic.ReadQueues)
                continue;
            var queue = topic.Log.Queue(queueId);
            var next = Math.Max(offset, queue.MinOffset.Value);
            var behind = queue.MaxOffset.Value - next;
            if (behind <= 0)
                continue;
            messages += behind;
            if (store.StoreTimeOf(queue, new QueueOffset(next)) is var stored and > 0)
                oldest = Math.Min(oldest, stored);
        }
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new GroupLag(topic.Name, group, messages, oldest == long.MaxValue ? 0 : Math.Max(0, now - oldest));
    }
}
