namespace Broker.Core.Pop;

/// <summary>
/// The messages of a queue that are out in ordered consumption: the next ones are handed out when these are
/// acknowledged,
/// and these again when their time is over (protocol.md §4.10). Kept in <c>config/consumerOrderInfo.json</c>. Guarded
/// by
/// the lock of its queue.
/// </summary>
sealed class OrderedBatch
{
    readonly long[] _offsets;

    /// <summary>When each message may be handed out again, ms since 1970, where that was changed; else 0.</summary>
    readonly long[] _visibleAt;

    /// <summary>How often each was handed out before.</summary>
    readonly int[] _counts;

    public OrderedBatch(ReadOnlySpan<long> offsets)
    {
        _offsets = offsets.ToArray();
        _visibleAt = new long[offsets.Length];
        _counts = new int[offsets.Length];
    }

    /// <summary>The client's name for the request: the same request may ask again. Null when it gave none.</summary>
    public byte[]? AttemptId { get; init; }

    /// <summary>ms since 1970.</summary>
    public required long PopTime { get; init; }

    public required long InvisibleMs { get; init; }

    /// <summary>When it was handed out, ms since 1970.</summary>
    public required long ConsumedAt { get; init; }

    /// <summary>One bit per acknowledged message.</summary>
    public ulong Acked { get; set; }

    public int Count => _offsets.Length;

    public long OffsetOf(int index) => _offsets[index];

    public int CountOf(int index) => _counts[index];

    public long VisibleAtOf(int index) => _visibleAt[index];

    public void SetCount(int index, int count) => _counts[index] = count;

    public int IndexOf(long offset) => Array.IndexOf(_offsets, offset);

    /// <summary>Counts one more delivery for each message that the batch before held too.</summary>
    public void CountAfter(OrderedBatch before)
    {
        var isSameRequest = before.AttemptId is not null && before.AttemptId.AsSpan().SequenceEqual(AttemptId);
        for (var i = 0; i < Count; i++)
        {
            if (before.IndexOf(_offsets[i]) is >= 0 and var old)
                _counts[i] = before._counts[old] + (isSameRequest ? 0 : 1);
        }
    }

    /// <summary>Whether the queue must wait: a message is neither acknowledged nor is its time over.</summary>
    public bool Blocks(ReadOnlySpan<byte> attemptId, long now) =>
        !(AttemptId is not null && AttemptId.AsSpan().SequenceEqual(attemptId)) && FreeAt(now) > now;

    /// <summary>When the first message whose time is not over becomes free; now when nothing blocks.</summary>
    public long FreeAt(long now)
    {
        for (var i = 0; i < Count; i++)
        {
            if ((Acked & (1UL << i)) == 0 && VisibleAt(i) > now)
                return VisibleAt(i);
        }
        return now;
    }

    /// <summary>Acknowledges a message.</summary>
    /// <returns>The offset to commit; -1 when the batch does not hold the message.</returns>
    public long Ack(long offset)
    {
        var index = IndexOf(offset);
        if (index < 0)
            return -1;
        Acked |= 1UL << index;
        for (var i = 0; i < Count; i++)
        {
            if ((Acked & (1UL << i)) == 0)
                return _offsets[i];
        }
        return _offsets[^1] + 1;
    }

    /// <summary>Changes when a message may be handed out again.</summary>
    public void SetVisibleAt(long offset, long time)
    {
        if (IndexOf(offset) is >= 0 and var index)
            _visibleAt[index] = time;
    }

    long VisibleAt(int index) => _visibleAt[index] > 0 ? _visibleAt[index] : PopTime + InvisibleMs;
}
