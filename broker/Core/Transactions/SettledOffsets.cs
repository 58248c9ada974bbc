namespace Broker.Core.Transactions;

/// <summary>
/// Which offsets of the half topic are settled: committed, rolled back, given up, or moved to a later offset. One bit
/// for each offset from the front, the first that is open; below the front all are settled. Any thread may call.
/// </summary>
/// <remarks>
/// A checked message moves to the end of the topic, so from the front to the end there are little more offsets than
/// transactions are pending, and 100 million of those take some 12 MB. A chunk without a bit, or with every bit, takes
/// nothing.
/// </remarks>
sealed class SettledOffsets
{
    const int ChunkOffsets = 65_536;
    const int WordBits = 64;

    readonly Lock _gate = new();
    readonly Dictionary<long, Chunk> _chunks = [];

    /// <summary>Settled, and what follows from it is not in the log yet: the front stays in front of them.</summary>
    readonly HashSet<long> _begun = [];
    long _front;
    long _settled;

    /// <summary>The first offset that may be open.</summary>
    public long Front
    {
        get
        {
            lock (_gate)
                return _front;
        }
    }

    /// <summary>Forgets everything; below the front all is settled.</summary>
    public void Reset(long front)
    {
        lock (_gate)
        {
            _chunks.Clear();
            _begun.Clear();
            _front = front;
            _settled = 0;
        }
    }

    /// <summary>How many offsets below <paramref name="end"/>, one past the last that was stored, are open.</summary>
    public long OpenCount(long end)
    {
        lock (_gate)
            return Math.Max(0, end - _front - _settled);
    }

    /// <summary>Settles an offset; false when it was settled before.</summary>
    public bool TrySettle(long offset)
    {
        lock (_gate)
            return offset >= _front && TrySettleLocked(offset);
    }

    /// <summary>
    /// Settles an offset before the store has what follows from it; false when it was settled before. The front, which
    /// is kept on disk, does not pass it until <see cref="End"/> or <see cref="Reopen"/>: after a crash in between the
    /// message is open.
    /// </summary>
    public bool TryBegin(long offset)
    {
        lock (_gate)
            return offset >= _front && TrySettleLocked(offset) && _begun.Add(offset);
    }

    /// <summary>The store has accepted what follows from the settlement.</summary>
    public void End(long offset)
    {
        lock (_gate)
            _begun.Remove(offset);
    }

    /// <summary>Takes a settlement back that came to nothing.</summary>
    public void Reopen(long offset)
    {
        lock (_gate)
        {
            _begun.Remove(offset);
            if (offset >= _front)
            {
                if (_chunks.TryGetValue(offset / ChunkOffsets, out var chunk) && chunk.TryClear(Bit(offset)))
                    _settled--;
                return;
            }
            // The front has moved on meanwhile. It comes back, and what lies between is settled.
            var front = _front;
            _front = offset;
            for (var between = offset + 1; between < front; between++)
                TrySettleLocked(between);
        }
    }

    /// <summary>The first open offset from <paramref name="from"/> on, at most <paramref name="end"/>.</summary>
    public long NextOpen(long from, long end)
    {
        lock (_gate)
            return NextOpenLocked(Math.Max(from, _front), end);
    }

    /// <summary>Moves the front to the first open offset, at most <paramref name="end"/>; returns it.</summary>
    /// <param name="min">Below it nothing exists any more: settled as well.</param>
    /// <param name="end">One past the last offset that was stored.</param>
    public long Advance(long min, long end)
    {
        lock (_gate)
        {
            if (_begun.Count > 0)
                end = Math.Min(end, _begun.Min());
            var front = NextOpenLocked(Math.Max(_front, Math.Min(min, end)), end);
            if (front <= _front)
                return _front;
            _front = front;
            var first = front / ChunkOffsets;
            foreach (var number in _chunks.Keys)
            {
                // Removing while walking is allowed: only additions end the walk.
                if (number < first)
                    _chunks.Remove(number);
            }
            if (_chunks.TryGetValue(first, out var chunk))
                chunk.ClearBelow(Bit(front));
            _settled = _chunks.Values.Sum(one => (long)one.Count);
            return front;
        }
    }

    bool TrySettleLocked(long offset)
    {
        if (!_chunks.TryGetValue(offset / ChunkOffsets, out var chunk))
            _chunks.Add(offset / ChunkOffsets, chunk = new Chunk());
        if (!chunk.TrySet(Bit(offset)))
            return false;
        _settled++;
        return true;
    }

    long NextOpenLocked(long from, long end)
    {
        while (from < end)
        {
            if (!_chunks.TryGetValue(from / ChunkOffsets, out var chunk))
                return from;
            var bit = chunk.NextClear(Bit(from));
            from = (from / ChunkOffsets * ChunkOffsets) + bit;
            if (bit < ChunkOffsets)
                break;
        }
        return Math.Min(from, end);
    }

    static int Bit(long offset) => (int)(offset % ChunkOffsets);

    sealed class Chunk
    {
        /// <summary>Null when every bit is set.</summary>
        ulong[]? _words = new ulong[ChunkOffsets / WordBits];

        public int Count { get; private set; }

        public bool TrySet(int bit)
        {
            if (_words is null || (_words[bit / WordBits] & Mask(bit)) != 0)
                return false;
            _words[bit / WordBits] |= Mask(bit);
            if (++Count == ChunkOffsets)
                _words = null;
            return true;
        }

        public bool TryClear(int bit)
        {
            if (_words is null)
            {
                _words = new ulong[ChunkOffsets / WordBits];
                Array.Fill(_words, ulong.MaxValue);
            }
            if ((_words[bit / WordBits] & Mask(bit)) == 0)
                return false;
            _words[bit / WordBits] &= ~Mask(bit);
            Count--;
            return true;
        }

        /// <summary>Bits below the front are not counted; they are never asked for again.</summary>
        public void ClearBelow(int end)
        {
            for (var bit = 0; bit < end; bit++)
                TryClear(bit);
        }

        public int NextClear(int from)
        {
            if (_words is null)
                return ChunkOffsets;
            var word = from / WordBits;
            var open = ~_words[word] & (ulong.MaxValue << (from % WordBits));
            while (open == 0)
            {
                if (++word == _words.Length)
                    return ChunkOffsets;
                open = ~_words[word];
            }
            return (word * WordBits) + System.Numerics.BitOperations.TrailingZeroCount(open);
        }

        static ulong Mask(int bit) => 1UL << (bit % WordBits);
    }
}
