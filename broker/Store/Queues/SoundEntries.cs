namespace Broker.Store.Queues;

/// <summary>
/// Which entries of a queue from before this process were compared with their messages: a bit for each, so that a
/// backlog is verified once however often it is read. Thread-safe without locks.
/// </summary>
/// <param name="first">The first entry that may be noted.</param>
/// <param name="end">One past the last one.</param>
/// <param name="mayGrow">Whether there is memory for another piece.</param>
sealed class SoundEntries(long first, long end, Func<bool> mayGrow)
{
    /// <summary>128 bytes of bits are taken together.</summary>
    const int PieceEntries = 1_024;

    const int WordBits = 64;

    readonly ulong[]?[] _pieces = new ulong[]?[(int)((Math.Max(0, end - first) + PieceEntries - 1) / PieceEntries)];

    public bool Contains(long offset)
    {
        var at = offset - first;
        return at >= 0
            && offset < end
            && Volatile.Read(ref _pieces[at / PieceEntries]) is { } piece
            && (Volatile.Read(ref piece[at % PieceEntries / WordBits]) & Bit(at)) != 0;
    }

    public void Add(long offset)
    {
        var at = offset - first;
        if (at < 0 || offset >= end)
            return;
        ref var place = ref _pieces[at / PieceEntries];
        var piece = Volatile.Read(ref place);
        if (piece == null)
        {
            if (!mayGrow())
                return;
            var created = new ulong[PieceEntries / WordBits];
            piece = Interlocked.CompareExchange(ref place, created, null) ?? created;
        }

        Interlocked.Or(ref piece[at % PieceEntries / WordBits], Bit(at));
    }

    static ulong Bit(long at) => 1UL << (int)(at % WordBits);
}
