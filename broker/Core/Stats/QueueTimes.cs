namespace Broker.Core.Stats;

/// <summary>How long requests of one kind took, for each queue of a topic that had any.</summary>
sealed class QueueTimes
{
    readonly Lock _growing = new();
    volatile Traffic?[] _queues = [];

    /// <summary>Those of all queues: their messages are ms.</summary>
    public IEnumerable<Traffic> All => _queues.OfType<Traffic>();

    /// <summary>Those of a queue; null when there was none.</summary>
    public Traffic? Of(int queueId)
    {
        var queues = _queues;
        return (uint)queueId < (uint)queues.Length ? queues[queueId] : null;
    }

    /// <summary>Those of a queue, from now on if there was none.</summary>
    public Traffic OfOrNew(int queueId)
    {
        lock (_growing)
        {
            if (Of(queueId) is { } known)
                return known;
            var queues = new Traffic?[Math.Max(_queues.Length, queueId + 1)];
            _queues.CopyTo(queues);
            var added = queues[queueId] = new Traffic();
            _queues = queues;
            return added;
        }
    }
}
