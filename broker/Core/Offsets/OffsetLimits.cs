using Broker.Core.Topics;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Offsets;

/// <summary>
/// After an end that was not orderly, compares the offsets with the queues. A power cut may have taken messages that
/// offsets speak of, as a broker wrote them that does not sync the log before: its groups would skip as many of the
/// messages that come next.
/// </summary>
static class OffsetLimits
{
    /// <summary>Lines of the log; the rest is summed up.</summary>
    const int LinesMax = 100;

    /// <summary>Reads the offsets of the store's folder.</summary>
    /// <exception cref="Configuration.ConfigException">consumerOffset.json and its backup are damaged.</exception>
    public static ConsumerOffsets Open(TopicTable topics, MessageStore store, TimeProvider time, ILogger logger)
    {
        var offsets = new ConsumerOffsets(store.Config, time, () => store.Sync());
        if (!store.WasClean)
            Apply(offsets, topics, store, logger);
        return offsets;
    }

    static void Apply(ConsumerOffsets offsets, TopicTable topics, MessageStore store, ILogger logger)
    {
        var stored = store.TopicNames().ToHashSet(StringComparer.Ordinal);
        var pairs = 0;
        offsets.Limit(EndOf, Limited);
        if (pairs > LinesMax)
            OffsetLog.MoreLimited(logger, pairs - LinesMax);

        long EndOf(string name, int queueId)
        {
            var isTopic = topics.TryGet(name, out var topic);
            if (!isTopic && !stored.Contains(name))
                return QueueOffsets.None;
            // An old number may be of a queue that the topic had once: the store knows.
            var end = store.Topic(name).Queue(queueId).MaxOffset.Value;
            var isQueue = isTopic && queueId < Math.Max(topic!.ReadQueues, topic.WriteQueues);
            return end > 0 || isQueue ? end : QueueOffsets.None;
        }

        void Limited(string topic, string group, int queues)
        {
            if (++pairs <= LinesMax)
                OffsetLog.Limited(logger, group, topic, queues);
        }
    }
}
