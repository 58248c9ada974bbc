namespace Broker.Core.Offsets;

/// <summary>How far one group is in the queues of one topic. Any thread may call.</summary>
sealed class QueueOffsets(string topic, string group)
{
    /// <summary>Queue numbers lie below: four times what an administrator may give to a topic.</summary>
    public const int QueuesMax = 65_536;

    /// <summary>No offset was committed.</summary>
    public const long None = -1;

    readonly Lock _sync = new();
    readonly SparseOffsets _offsets = new();

    /// <summary>How far pulls have read; not kept. Null until the first.</summary>
    SparseOffsets? _pulled;

    /// <summary>Offsets that an administrator set and no consumer has taken over yet.</summary>
    Dictionary<int, long>? _resets;

    public string Topic { get; } = topic;

    public string Group { get; } = group;

    /// <summary>The committed offset, <see cref="None"/> when there is none.</summary>
    public long Get(int queueId)
    {
        lock (_sync)
            return _offsets.Get(queueId);
    }

    /// <summary>
    /// Last writer wins, also with a smaller offset (protocol.md §4.4); but a reset stands until a consumer took it
    /// over.
    /// </summary>
    /// <returns>Whether something changed.</returns>
    public bool Set(int queueId, long offset)
    {
        lock (_sync)
            return _resets?.ContainsKey(queueId) != true && _offsets.Set(queueId, offset);
    }

    /// <summary>Sets an offset that consumers must follow.</summary>
    /// <returns>Whether the queue had no such offset yet.</returns>
    public bool Reset(int queueId, long offset)
    {
        lock (_sync)
        {
            _offsets.Set(queueId, offset);
            var isNew = (_resets ??= []).TryAdd(queueId, offset);
            _resets[queueId] = offset;
            return isNew;
        }
    }

    /// <summary>Whether a reset waits for a consumer.</summary>
    public bool IsReset(int queueId)
    {
        lock (_sync)
            return _resets?.ContainsKey(queueId) == true;
    }

    /// <summary>Takes a reset over: the consumer is told the offset, and its commits count again.</summary>
    public bool TryTakeReset(int queueId, out long offset)
    {
        offset = None;
        lock (_sync)
            return _resets?.Remove(queueId, out offset) == true;
    }

    /// <summary>How many resets wait for consumers.</summary>
    public int ResetCount
    {
        get
        {
            lock (_sync)
                return _resets?.Count ?? 0;
        }
    }

    /// <summary>A pull was answered; the next one begins at <paramref name="offset"/>.</summary>
    public void Pulled(int queueId, long offset)
    {
        lock (_sync)
            (_pulled ??= new SparseOffsets()).Set(queueId, offset);
    }

    /// <summary>How far pulls have read, <see cref="None"/> when there was none.</summary>
    public long GetPulled(int queueId)
    {
        lock (_sync)
            return _pulled?.Get(queueId) ?? None;
    }

    /// <summary>The queues that have an offset, in order.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> Entries()
    {
        lock (_sync)
            return _offsets.ToList();
    }

    /// <summary>
    /// Moves an offset back that lies beyond the end of its queue, or takes it away when there is no such queue.
    /// </summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="end">The end of the queue; <see cref="None"/> when it does not exist.</param>
    /// <returns>Whether something changed.</returns>
    public bool Limit(int queueId, long end)
    {
        lock (_sync)
        {
            if (end == None)
                return _offsets.Remove(queueId);
            return _offsets.Get(queueId) > end && _offsets.Set(queueId, end);
        }
    }
}
