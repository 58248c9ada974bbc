namespace Broker.Core.Offsets;

/// <summary>How far one group is in the queues of one topic. Any thread may call.</summary>
sealed class QueueOffsets(string topic, string group)
{
    /// <summary>Queues of a topic at most: more is a mistake or an attack on memory, 8 bytes each.</summary>
    public const int QueuesMax = 65_536;

    /// <summary>No offset was committed.</summary>
    public const long None = -1;

    readonly Lock _sync = new();
    long[] _offsets = [];

    /// <summary>How far pulls have read; not kept. Null until the first.</summary>
    long[]? _pulled;

    /// <summary>Offsets that an administrator set and no consumer has taken over yet.</summary>
    Dictionary<int, long>? _resets;

    public string Topic { get; } = topic;

    public string Group { get; } = group;

    /// <summary>The committed offset, <see cref="None"/> when there is none.</summary>
    public long Get(int queueId)
    {
        lock (_sync)
            return (uint)queueId < (uint)_offsets.Length ? _offsets[queueId] : None;
    }

    /// <summary>
    /// Last writer wins, also with a smaller offset (protocol.md §4.4); but a reset stands until a consumer took it
    /// over.
    /// </summary>
    /// <returns>Whether something changed.</returns>
    public bool Set(int queueId, long offset)
    {
        lock (_sync)
            return _resets?.ContainsKey(queueId) != true && SetLocked(queueId, offset);
    }

    /// <summary>Sets an offset that consumers must follow.</summary>
    /// <returns>Whether the queue had no such offset yet.</returns>
    public bool Reset(int queueId, long offset)
    {
        lock (_sync)
        {
            SetLocked(queueId, offset);
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
        {
            if (_pulled is null || queueId >= _pulled.Length)
                _pulled = Longer(_pulled ?? [], queueId + 1);
            _pulled[queueId] = offset;
        }
    }

    /// <summary>How far pulls have read, <see cref="None"/> when there was none.</summary>
    public long GetPulled(int queueId)
    {
        lock (_sync)
            return _pulled is not null && (uint)queueId < (uint)_pulled.Length ? _pulled[queueId] : None;
    }

    /// <summary>The queues that have an offset, in order.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> Entries()
    {
        lock (_sync)
        {
            var entries = new List<KeyValuePair<int, long>>(_offsets.Length);
            for (var queueId = 0; queueId < _offsets.Length; queueId++)
            {
                if (_offsets[queueId] != None)
                    entries.Add(KeyValuePair.Create(queueId, _offsets[queueId]));
            }
            return entries;
        }
    }

    bool SetLocked(int queueId, long offset)
    {
        if (queueId >= _offsets.Length)
            _offsets = Longer(_offsets, queueId + 1);
        if (_offsets[queueId] == offset)
            return false;
        _offsets[queueId] = offset;
        return true;
    }

    static long[] Longer(long[] offsets, int length)
    {
        var longer = new long[Math.Max(length, Math.Min(2 * offsets.Length, QueuesMax))];
        offsets.CopyTo(longer, 0);
        longer.AsSpan(offsets.Length).Fill(None);
        return longer;
    }
}
