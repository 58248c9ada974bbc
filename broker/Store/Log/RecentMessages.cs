namespace Broker.Store.Log;

/// <summary>
/// Positions of the newest messages. The checkpoint keeps checksums of them, so that damage to the tail is found that
/// the checksum of the body alone would not show.
/// </summary>
sealed class RecentMessages
{
    /// <summary>A power of two; the checkpoint's 4 KiB hold 12 bytes for each: 128 * 12 = 1,536.</summary>
    public const int Count = 128;

    readonly long[] _positions = new long[Count];
    long _added;

    public void Add(long position)
    {
        var added = _added;
        Volatile.Write(ref _positions[added & (Count - 1)], position);
        Volatile.Write(ref _added, added + 1);
    }

    /// <summary>Positions below <paramref name="end"/>, oldest first. May miss some while others are added.</summary>
    public List<long> Below(long end)
    {
        var added = Volatile.Read(ref _added);
        var positions = new List<long>(Count);
        for (var i = Math.Max(0, added - Count + 8); i < added; i++)
        {
            var position = Volatile.Read(ref _positions[i & (Count - 1)]);
            if (position < end && (positions.Count == 0 || position > positions[^1]))
                positions.Add(position);
        }

        return positions;
    }
}
