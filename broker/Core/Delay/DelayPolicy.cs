using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Delay;

/// <summary>
/// Where a message waits that asks for a delay level (protocol.md §4.6): in the queue of its level, with its real place
/// kept in two properties. The store writes the time of delivery into the queue's entry. It decides only; storing is
/// the caller's.
/// </summary>
/// <param name="store">Whose queues they are.</param>
/// <param name="levelsMs">The delay of each level, level 1 first.</param>
public sealed class DelayPolicy(MessageStore store, IReadOnlyList<long> levelsMs)
{
    readonly TopicLog _schedule = store.Topic(TopicName.Schedule);

    /// <summary>How many levels there are; a higher one counts as the last.</summary>
    public int Levels => levelsMs.Count;

    /// <summary>The delay of a level from 1 to <see cref="Levels"/>, in ms.</summary>
    public long DelayMs(int level) => levelsMs[level - 1];

    /// <summary>The queue that a level's messages wait in.</summary>
    public ConsumeQueue QueueOf(int level) => _schedule.Queue(Clamp(level) - 1);

    /// <summary>
    /// The queue to store a message in that asks for a level, and, added to its properties, what brings it back. A
    /// property that
    /// the sender wrote under the same name is overruled, since the last one counts.
    /// </summary>
    /// <param name="level">From 1.</param>
    /// <param name="topic">Where the message goes after the delay.</param>
    /// <param name="queueId">The queue of that topic.</param>
    /// <param name="added">Receives the properties that the broker adds.</param>
    public ConsumeQueue Park(int level, ReadOnlySpan<byte> topic, int queueId, scoped ref PropertiesWriter added)
    {
        if (level > Levels)
            added.Add(PropertyNames.DelayLevel, Levels);
        added.Add(PropertyNames.RealTopic, topic);
        added.Add(PropertyNames.RealQueueId, queueId);
        return QueueOf(level);
    }

    int Clamp(int level) => Math.Clamp(level, 1, Levels);
}
