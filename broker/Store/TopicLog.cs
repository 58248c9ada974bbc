using System.Collections.Concurrent;
using System.Text;
using Broker.Store.Queues;

namespace Broker.Store;

/// <summary>A topic as the store sees it: its name in the form that messages carry, and its queues.</summary>
public sealed class TopicLog
{
    readonly ConcurrentDictionary<int, ConsumeQueue> _queues = new(concurrencyLevel: 1, capacity: 7);
    readonly Func<int, ConsumeQueue> _open;

    internal TopicLog(string name, Func<TopicLog, int, ConsumeQueue> open)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        IsSchedule = name == TagsCodes.ScheduleTopic;
        _open = id => open(this, id);
    }

    /// <summary>The topic's name.</summary>
    public string Name { get; }

    /// <summary>The name in UTF-8.</summary>
    public ReadOnlyMemory<byte> NameBytes { get; }

    internal bool IsSchedule { get; }

    /// <summary>The queues that were used since the store was opened.</summary>
    public IEnumerable<ConsumeQueue> OpenQueues => _queues.Select(pair => pair.Value);

    /// <summary>
    /// The queue of a number; the first use finds its end on disk. Which numbers are legal is the caller's to know.
    /// </summary>
    public ConsumeQueue Queue(int queueId) =>
        _queues.TryGetValue(queueId, out var queue) ? queue : _queues.GetOrAdd(queueId, _open);
}
