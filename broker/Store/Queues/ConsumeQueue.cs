namespace Broker.Store.Queues;

/// <summary>The order of the messages of one queue of a topic: for each offset where its message is in the log.</summary>
public sealed class ConsumeQueue
{
    internal ConsumeQueue(TopicLog topic, int queueId)
    {
        Topic = topic;
        QueueId = queueId;
    }

    /// <summary>The topic that the queue belongs to.</summary>
    public TopicLog Topic { get; }

    /// <summary>The queue's number in its topic.</summary>
    public int QueueId { get; }

    /// <summary>The smallest offset that can be read.</summary>
    public QueueOffset MinOffset { get; }

    /// <summary>One past the largest offset that can be read.</summary>
    public QueueOffset MaxOffset { get; }

    /// <summary>For the broker's use: whatever waits for this queue. The store never looks at it.</summary>
    public object? Attachment { get; set; }
}
