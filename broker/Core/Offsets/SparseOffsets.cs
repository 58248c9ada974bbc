namespace Broker.Core.Offsets;

/// <summary>
/// Offsets by queue number, sorted, with memory for those that were set only: 12 bytes each. A group that consumes all
/// queues of a topic, from 0 on without a gap, is found by its place. Not safe for several threads.
/// </summary>
sealed class SparseOffsets
{
    /// <summary>The queues of an ordinary topic.</summary>
    const int FirstCapacity = 8;

    int[] _queueIds = [];
    long[] _offsets = [];

    /// <summary>How many queues have an offset.</summary>
    public int Count { get; private set; }

    /// <summary>The offset of a queue, <see cref="QueueOffsets.None"/> when it has none.</summary>
    public long Get(int queueId) => Find(queueId) is >= 0 and var at ? _offsets[at] : QueueOffsets.None;

    /// <summary>Sets the offset of a queue.</summary>
    /// <returns>Whether it is another one than before.</returns>
    public bool Set(int queueId, long offset)
    {
        var at = Find(queueId);
        if (at < 0)
            Insert(~at, queueId);
        else if (_offsets[at] == offset)
            return false;
        _offsets[at < 0 ? ~at : at] = offset;
        return true;
    }

    /// <summary>Takes the offset of a queue away; false when it has none.</summary>
    public bool Remove(int queueId)
    {
        if (Find(queueId) is not (>= 0 and var at))
            return false;
        Count--;
        _queueIds.AsSpan(at + 1, Count - at).CopyTo(_queueIds.AsSpan(at));
        _offsets.AsSpan(at + 1, Count - at).CopyTo(_offsets.AsSpan(at));
        return true;
    }

    /// <summary>The queues that have an offset, in order.</summary>
    public IReadOnlyList<KeyValuePair<int, long>> ToList()
    {
        var all = new KeyValuePair<int, long>[Count];
        for (var i = 0; i < all.Length; i++)
            all[i] = KeyValuePair.Create(_queueIds[i], _offsets[i]);
        return all;
    }

    /// <summary>The place of a queue, or the complement of the place where it belongs.</summary>
    int Find(int queueId) =>
        (uint)queueId < (uint)Count && _queueIds[queueId] == queueId
            ? queueId
            : _queueIds.AsSpan(0, Count).BinarySearch(queueId);

    void Insert(int at, int queueId)
    {
        if (Count == _queueIds.Length)
        {
            var capacity = Math.Max(FirstCapacity, 2 * Count);
            Array.Resize(ref _queueIds, capacity);
            Array.Resize(ref _offsets, capacity);
        }
        _queueIds.AsSpan(at, Count - at).CopyTo(_queueIds.AsSpan(at + 1));
        _offsets.AsSpan(at, Count - at).CopyTo(_offsets.AsSpan(at + 1));
        _queueIds[at] = queueId;
        Count++;
    }
}
