using System.Text;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Topics;

namespace Broker.Core.Pop;

/// <summary>One group that pops from one topic, with its state per queue. The topic may be a retry topic.</summary>
sealed class PopGroup
{
    readonly Lock _growing = new();
    readonly ConsumerOffsets _offsets;
    volatile PopQueue?[] _queues = [];

    public PopGroup(Topic topic, SubscriptionGroup group, ConsumerOffsets offsets)
    {
        Topic = topic;
        Group = group;
        _offsets = offsets;
        IsRetry = topic.IsRetry;
        Mark = PopTopics.MarkOf(topic.NameUtf8);
        NormalName = PopTopics.Normal(topic.Name, group.Name);
        RetryNames =
        [
            Encoding.UTF8.GetBytes(PopTopics.Retry(NormalName, group.Name, second: false)),
            Encoding.UTF8.GetBytes(PopTopics.Retry(NormalName, group.Name, second: true)),
        ];
    }

    public Topic Topic { get; }

    public SubscriptionGroup Group { get; }

    /// <summary>Whether the topic holds what was not acknowledged.</summary>
    public bool IsRetry { get; }

    /// <summary>The digit that handles name the kind of topic by.</summary>
    public byte Mark { get; }

    /// <summary>The topic that consumers subscribed to.</summary>
    public string NormalName { get; }

    /// <summary>The group's retry topics for <see cref="NormalName"/>, of both forms, in UTF-8.</summary>
    public byte[][] RetryNames { get; }

    /// <summary>The queues that were used, at this moment.</summary>
    public IEnumerable<PopQueue> Queues => _queues.OfType<PopQueue>();

    /// <summary>The state of a queue; numbers are checked by the caller.</summary>
    public PopQueue Queue(int queueId)
    {
        var queues = _queues;
        return queueId < queues.Length && queues[queueId] is { } known ? known : Make(queueId);
    }

    /// <summary>The state of a queue that was used; null otherwise.</summary>
    public PopQueue? Known(int queueId)
    {
        var queues = _queues;
        return (uint)queueId < (uint)queues.Length ? queues[queueId] : null;
    }

    PopQueue Make(int queueId)
    {
        lock (_growing)
        {
            var queues = _queues;
            if (queueId < queues.Length && queues[queueId] is { } known)
                return known;
            var longer = new PopQueue?[Math.Max(queueId + 1, queues.Length)];
            queues.CopyTo(longer, 0);
            var made = longer[queueId] = new PopQueue(this, queueId, _offsets);
            _queues = longer;
            return made;
        }
    }
}
