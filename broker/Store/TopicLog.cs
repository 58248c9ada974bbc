using System.Collections.Concurrent;
using System.Text;
using Broker.Store.Queues;

namespace Broker.Store;

/// <summary>A topic as the store sees it: its name in the form that messages carry, and its queues.</summary>
public sealed class TopicLog
{
    /// <summary>
    /// Queues of smaller numbers are found by one access to memory, which counts where each message is of another
    /// topic. Few topics have more; an administrator may make 16,384, and a damaged log may name any.
    /// </summary>
    const int DirectMax = 1_024;

    readonly Lock _gate = new();
    readonly Func<TopicLog, int, ConsumeQueue> _open;
    ConsumeQueue?[] _direct = [];
    ConcurrentDictionary<int, ConsumeQueue>? _others;

    internal TopicLog(string name, Func<TopicLog, int, ConsumeQueue> open)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        IsMultiDispatched = name.StartsWith("%LMQ%", StringComparison.Ordinal);
        IsSchedule = name == TagsCodes.ScheduleTopic;
        _open = open;
    }

    /// <summary>The topic's name.</summary>
    public string Name { get; }

    /// <summary>The name in UTF-8.</summary>
    public ReadOnlyMemory<byte> NameBytes { get; }

    internal bool IsSchedule { get; }

    /// <summary>
    /// Entries lead to messages of other topics (protocol.md §4.11), in folders that Apache's broker wrote.
    /// </summary>
    internal bool IsMultiDispatched { get; }

    /// <summary>The queues that were used since the store was opened.</summary>
    public IEnumerable<ConsumeQueue> OpenQueues
    {
        get
        {
            foreach (var queue in Volatile.Read(ref _direct))
            {
                if (queue != null)
                    yield return queue;
            }

            foreach (var (_, queue) in Volatile.Read(ref _others) ?? [])
                yield return queue;
        }
    }

    /// <summary>
    /// The queue of a number; the first use finds its end on disk. Which numbers are legal is the caller's to know.
    /// </summary>
    public ConsumeQueue Queue(int queueId)
    {
        var direct = Volatile.Read(ref _direct);
        return (uint)queueId < (uint)direct.Length && direct[queueId] is { } queue ? queue : Open(queueId);
    }

    ConsumeQueue Open(int queueId)
    {
        if (Volatile.Read(ref _others) is { } others && others.TryGetValue(queueId, out var known))
            return known;
        lock (_gate)
        {
            if ((uint)queueId >= DirectMax)
            {
                if (_others == null)
                    Volatile.Write(ref _others, new ConcurrentDictionary<int, ConsumeQueue>());
                return _others.GetOrAdd(queueId, static (id, topic) => topic._open(topic, id), this);
            }

            if (queueId < _direct.Length && _direct[queueId] is { } opened)
                return opened;
            var queue = _open(this, queueId);
            // A new array: readers take no lock.
            var direct = new ConsumeQueue?[Math.Max(queueId + 1, _direct.Length)];
            _direct.CopyTo(direct, 0);
            direct[queueId] = queue;
            Volatile.Write(ref _direct, direct);
            return queue;
        }
    }
}
