namespace Broker.Store.Queues;

/// <summary>
/// The queues that got entries since they were last made durable, those first whose entries are missing in the files
/// from the lowest position of the log on. The order is by what was known when a queue came in: it may have been
/// written since, but never has less. Thread-safe.
/// </summary>
sealed class ChangedQueues
{
    /// <summary>Taken at once, so that messages wait for a fraction of a millisecond at most.</summary>
    const int TakenAtOnceMax = 1_024;

    readonly PriorityQueue<ConsumeQueue, long> _queues = new();
    readonly Lock _gate = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _queues.Count;
        }
    }

    /// <summary>
    /// Entries of all messages in front of it are in the files; the largest number when there is nothing to write.
    /// </summary>
    public long WrittenTo
    {
        get
        {
            lock (_gate)
                return _queues.TryPeek(out _, out var position) ? position : long.MaxValue;
        }
    }

    /// <summary>A queue that is not in here has entries from the position on that its files have not.</summary>
    public void Add(ConsumeQueue queue, long position)
    {
        lock (_gate)
            _queues.Enqueue(queue, position);
    }

    public void Add(List<(ConsumeQueue Queue, long Position)> queues)
    {
        lock (_gate)
            _queues.EnqueueRange(queues);
    }

    /// <summary>Takes out the queues that have entries in front of the position.</summary>
    public List<(ConsumeQueue Queue, long Position)> Take(long position)
    {
        List<(ConsumeQueue, long)> taken = [];
        while (TakeSome(position, taken)) { }

        return taken;
    }

    bool TakeSome(long position, List<(ConsumeQueue, long)> taken)
    {
        lock (_gate)
        {
            for (var i = 0; i < TakenAtOnceMax; i++)
            {
                if (!_queues.TryPeek(out var queue, out var from) || from >= position)
                    return false;
                _queues.Dequeue();
                taken.Add((queue, from));
            }

            return true;
        }
    }
}
