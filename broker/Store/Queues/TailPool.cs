namespace Broker.Store.Queues;

/// <summary>
/// Memory for the newest entries of all queues of a store. Sizes are exact: a common pool would round 20 KB up to 32.
/// A thousand busy queues that rest and wake take the same memory again instead of leaving it to the collector.
/// Thread-safe.
/// </summary>
sealed class TailPool
{
    /// <summary>Smallest size: 16 * 20 bytes, for queues that come when the bound is reached.</summary>
    public const int EntriesMin = 16;

    /// <summary>Size to begin with. Growing into it would leave holes in the heap where a smaller one was.</summary>
    const int EntriesFirst = 64;

    /// <summary>Largest size that is kept: 1,024 * 20 bytes, written by one call.</summary>
    public const int EntriesMax = 1_024;

    /// <summary>Each size is four times the one before.</summary>
    const int Growth = 4;

    /// <summary>16, 64, 256 and 1,024 entries.</summary>
    const int Sizes = 4;

    /// <summary>
    /// Lent: the first size, by which a queue's file is opened for 48 messages, for 90,000 busy queues. Only the
    /// smallest size and what cannot be written are given beyond it.
    /// </summary>
    const long LentMax = 112 << 20;

    /// <summary>
    /// Lent when a queue gets more than the first size: the largest one for 3,200 busy queues. The rest is
    /// for those that come later.
    /// </summary>
    const long LargeLentMax = 64 << 20;

    /// <summary>Lent and kept together, when more is kept: what ten thousands of queues gave back goes.</summary>
    const long KeptMax = 64 << 20;

    readonly Lock _gate = new();
    readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, Sizes).Select(_ => new Stack<byte[]>())];
    long _lent;
    long _kept;

    /// <summary>Bytes in the hands of queues, and kept for them.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _lent + _kept;
        }
    }

    /// <summary>
    /// Larger memory than <paramref name="tail"/> where the bound allows it, and always for <paramref name="needed"/>
    /// entries; otherwise <paramref name="tail"/> itself. Of two, the caller gives the old one back.
    /// </summary>
    public byte[] Grow(byte[] tail, int needed)
    {
        var current = tail.Length / QueueEntryLayout.Bytes;
        if (needed > Math.Max(current, EntriesMax))
            return Lend(needed);
        if (needed <= current && current >= EntriesMax)
            return tail;
        var least = SizeOf(Math.Max(Math.Max(needed, current), EntriesMin));
        var wanted = current == 0 ? EntriesFirst : Math.Min(current * Growth, EntriesMax);
        var size = Math.Max(least, SizeOf(wanted));
        lock (_gate)
        {
            while (size > least && _lent + BytesOf(size) > (size > 1 ? LargeLentMax : LentMax))
                size--;
            if (EntriesOf(size) <= current)
                return tail;
            if (!_free[size].TryPop(out var free))
                return Lend(EntriesOf(size));
            _kept -= free.Length;
            _lent += free.Length;
            return free;
        }
    }

    /// <summary>Takes memory back; <paramref name="tail"/> may be empty.</summary>
    public void Return(byte[] tail)
    {
        if (tail.Length == 0)
            return;
        lock (_gate)
        {
            _lent -= tail.Length;
            var entries = tail.Length / QueueEntryLayout.Bytes;
            if (entries > EntriesMax || _lent + _kept + tail.Length > KeptMax)
                return;
            _kept += tail.Length;
            _free[SizeOf(entries)].Push(tail);
        }
    }

    byte[] Lend(int entries)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(entries * QueueEntryLayout.Bytes);
        lock (_gate)
            _lent += bytes.Length;
        return bytes;
    }

    /// <summary>The smallest size that holds so many entries.</summary>
    static int SizeOf(int entries)
    {
        var size = 0;
        while (EntriesOf(size) < entries)
            size++;
        return size;
    }

    static int EntriesOf(int size) => EntriesMin << (2 * size);

    static int BytesOf(int size) => EntriesOf(size) * QueueEntryLayout.Bytes;
}
