using System.Text;
using Broker.Protocol.Bodies;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Topics;

/// <summary>
/// A topic that exists: its settings and its queues in the store. The object stays the same while settings change, so
/// other parts may hang their counters on it; after a deletion it is dead and a topic of that name is a new object.
/// </summary>
public sealed class Topic
{
    volatile TopicConfig _config;

    internal Topic(TopicConfig config, TopicLog log)
    {
        _config = config;
        Name = config.TopicName;
        NameUtf8 = Encoding.UTF8.GetBytes(Name);
        Log = log;
        IsRetry = TopicName.IsRetry(NameUtf8);
        IsDeadLetter = TopicName.IsDeadLetter(NameUtf8);
    }

    /// <summary>As clients write it.</summary>
    public string Name { get; }

    /// <summary><see cref="Name"/> in UTF-8. Not to be changed.</summary>
    public byte[] NameUtf8 { get; }

    /// <summary>The queues as the store has them.</summary>
    public TopicLog Log { get; }

    /// <summary>Current settings, replaced as a whole.</summary>
    public TopicConfig Config
    {
        get => _config;
        internal set => _config = value;
    }

    /// <summary>A group's retry topic.</summary>
    public bool IsRetry { get; }

    /// <summary>A group's dead letters.</summary>
    public bool IsDeadLetter { get; }

    /// <summary>Queues that producers may write.</summary>
    public int WriteQueues => _config.WriteQueueNums;

    /// <summary>Queues that consumers may read.</summary>
    public int ReadQueues => _config.ReadQueueNums;

    /// <summary>What clients may do.</summary>
    public TopicPermission Permission => (TopicPermission)_config.Perm;

    /// <summary>Messages have an order in it: as its creator says, or by its message type.</summary>
    public bool IsOrdered => _config.Order || IsFifo;

    /// <summary>Its message type says that messages have an order in it.</summary>
    public bool IsFifo =>
        _config.Attributes is { } attributes && attributes.TryGetValue("message.type", out var type) && type == "FIFO";

    /// <summary>Counters of the statistics, theirs to use.</summary>
    public object? Stats { get; set; }

    /// <summary>
    /// The queue of a number, null when there is none. Numbers beyond the topic's present queues count when the store
    /// has them: the topic may have shrunk.
    /// </summary>
    public ConsumeQueue? FindQueue(int queueId)
    {
        var config = _config;
        if ((uint)queueId < (uint)Math.Max(config.ReadQueueNums, config.WriteQueueNums))
            return Log.Queue(queueId);
        return queueId < 0 ? null : Log.OpenQueues.FirstOrDefault(queue => queue.QueueId == queueId);
    }

    /// <summary>As Apache prints it in remarks.</summary>
    public override string ToString()
    {
        var config = _config;
        var attributes = string.Join(", ", config.Attributes?.Select(a => $"{a.Key}={a.Value}") ?? []);
        return $"TopicConfig [topicName={Name}, readQueueNums={config.ReadQueueNums}, "
            + $"writeQueueNums={config.WriteQueueNums}, perm={Letters(config.Perm)}, "
            + $"topicFilterType={config.TopicFilterType}, topicSysFlag={config.TopicSysFlag}, "
            + $"order={(config.Order ? "true" : "false")}, attributes={{{attributes}}}]";
    }

    static string Letters(int perm) =>
        string.Create(
            3,
            perm,
            static (text, bits) =>
            {
                text[0] = (bits & 4) != 0 ? 'R' : '-';
                text[1] = (bits & 2) != 0 ? 'W' : '-';
                text[2] = (bits & 1) != 0 ? 'X' : '-';
            }
        );
}
