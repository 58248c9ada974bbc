using System.Diagnostics.Metrics;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Core.Stats;
using Broker.Core.Topics;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Groups;

/// <summary>
/// Protects the others from a group that reads so far behind the end of the log that it keeps the disk busy: when
/// <c>disableConsumeIfConsumerReadSlowly</c> is on, consumption is taken away from it until an administrator allows
/// it again, as with Apache. Its consumers are told why. Groups that are not online read nothing, so they are left
/// alone, however far they are behind.
/// </summary>
sealed class SlowConsumers
{
    /// <summary>How often to <see cref="Look"/>: the reference's interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(3);

    readonly BrokerOptions _options;
    readonly MessageStore _store;
    readonly TopicTable _topics;
    readonly SubscriptionGroups _groups;
    readonly ConsumerGroups _consumers;
    readonly ConsumerOffsets _offsets;
    readonly Counter<long> _disabled;
    readonly ILogger _logger;
    readonly QueueEntry[] _entry = new QueueEntry[1];

    public SlowConsumers(
        BrokerOptions options,
        MessageStore store,
        TopicTable topics,
        SubscriptionGroups groups,
        ConsumerGroups consumers,
        ConsumerOffsets offsets,
        Meter meter,
        ILogger logger
    )
    {
        _options = options;
        _store = store;
        _topics = topics;
        _groups = groups;
        _consumers = consumers;
        _offsets = offsets;
        _logger = logger;
        _disabled = meter.Counter(
            "rocketmq_slow_groups_disabled_total",
            "Times that consumption was taken away because a group read too far behind, by consumer group."
        );
    }

    /// <summary>Takes consumption away where it is time. Used by one thread at a time.</summary>
    public void Look()
    {
        if (!_options.DisableConsumeIfConsumerReadSlowly)
            return;
        foreach (var (topicName, groupName, committed) in _offsets.All())
        {
            if (
                _topics.TryGet(topicName, out var topic)
                && _groups.TryGet(Encoding.UTF8.GetBytes(groupName), out var group)
                && group.Config.ConsumeEnable
                && _consumers.TryGet(group.NameUtf8, out var members)
                && members.MemberCount > 0
            )
                Look(topic, group, committed);
        }
    }

    void Look(Topic topic, SubscriptionGroup group, IReadOnlyList<KeyValuePair<int, long>> committed)
    {
        foreach (var (queueId, offset) in committed.Where(one => one.Key < topic.ReadQueues))
        {
            // What was read counts, committed or not: consumers commit later.
            var next = Math.Max(offset, _offsets.QueryPulled(group.NameUtf8, topic.NameUtf8, queueId));
            var bytes = BytesBehind(topic, queueId, next);
            if (bytes <= _options.ConsumerFallbehindThreshold)
                continue;
            _groups.DisableConsumption(
                group,
                $"it was {bytes} bytes of log behind in queue {queueId} of topic {topic.Name}, more than "
                    + $"consumerFallbehindThreshold ({_options.ConsumerFallbehindThreshold}); "
                    + "an administrator can allow consumption again"
            );
            _disabled.Add(1, new KeyValuePair<string, object?>("consumer_group", group.Name));
            GroupLog.TooSlow(_logger, group.Name, bytes, queueId, topic.Name, _options.ConsumerFallbehindThreshold);
            return;
        }
    }

    long BytesBehind(Topic topic, int queueId, long next)
    {
        var queue = topic.Log.Queue(queueId);
        var offset = new QueueOffset(Math.Max(next, queue.MinOffset.Value));
        return _store.ReadEntries(queue, offset, _entry) == 0 ? 0 : _store.MaxPosition.Value - _entry[0].Position.Value;
    }
}
