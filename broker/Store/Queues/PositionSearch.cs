namespace Broker.Store.Queues;

/// <summary>
/// Finds a queue's first entry at or behind a position of the log; entries point ever further. A damaged message leaves
/// a hole of blank entries, which say nothing about their neighbours, so holes are looked through, backwards and once;
/// all else costs two reads for each halving. An entry that is out of order with both neighbours is damaged and counts
/// as the nearer of them: a flipped bit must not hide half of a queue.
/// </summary>
static class PositionSearch
{
    /// <summary>Entries that are read together in a hole: 5 KB, which the stack has room for.</summary>
    public const int PieceEntries = 256;

    /// <summary>Reads entries in their stored form, as <see cref="ConsumeQueue.Read"/> does.</summary>
    public delegate int ReadEntries(long offset, Span<byte> target);

    /// <summary>The entry, or <paramref name="high"/> when there is none from <paramref name="low"/> on.</summary>
    public static long Find(ReadEntries read, long low, long high, long position)
    {
        var isBehindMessage = false;
        var (first, end) = (low, high);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (at, entry) = (middle, ReadAmong(read, middle, first, end));
            // What is in front of a hole says more. Blanks in front of a queue's first message have only blanks in
            // front of them.
            if (QueueEntryLayout.IsBlank(entry))
            {
                isBehindMessage |= !QueueEntryLayout.IsBlank(ReadOne(read, low));
                if (isBehindMessage)
                    (at, entry) = LastMessage(read, low, middle);
            }

            if (QueueEntryLayout.IsBlank(entry))
            {
                low = middle + 1;
            }
            else if (entry.Position.Value < position)
            {
                isBehindMessage = true;
                low = middle + 1;
            }
            else
            {
                high = at;
            }
        }

        return low;
    }

    /// <summary>The last entry of a range that is not blank; a blank one when all are.</summary>
    static (long At, QueueEntry Entry) LastMessage(ReadEntries read, long low, long end)
    {
        Span<byte> piece = stackalloc byte[PieceEntries * QueueEntryLayout.Bytes];
        while (low < end)
        {
            var begin = Math.Max(low, end - PieceEntries);
            var found = (At: low, Entry: default(QueueEntry));
            for (var next = begin; next < end; )
            {
                var count = read(next, piece[..((int)(end - next) * QueueEntryLayout.Bytes)]);
                for (var i = 0; i < count; i++)
                {
                    var entry = QueueEntryLayout.Read(piece[(i * QueueEntryLayout.Bytes)..]);
                    if (!QueueEntryLayout.IsBlank(entry))
                        found = (next + i, entry);
                }

                // Where no file is there are no entries.
                next += Math.Max(count, 1);
            }

            if (!QueueEntryLayout.IsBlank(found.Entry))
                return found;
            end = begin;
        }

        return (low, default);
    }

    /// <summary>An entry with the position that is the middle one of its own and those of its neighbours.</summary>
    static QueueEntry ReadAmong(ReadEntries read, long offset, long first, long end)
    {
        Span<byte> bytes = stackalloc byte[3 * QueueEntryLayout.Bytes];
        var begin = Math.Max(first, offset - 1);
        var wanted = (int)(Math.Min(end, offset + 2) - begin);
        var at = (int)(offset - begin);
        if (wanted < 3 || read(begin, bytes) < 3)
            return ReadOne(read, offset);
        var entry = QueueEntryLayout.Read(bytes[(at * QueueEntryLayout.Bytes)..]);
        var before = QueueEntryLayout.Read(bytes);
        var after = QueueEntryLayout.Read(bytes[(2 * QueueEntryLayout.Bytes)..]);
        if (QueueEntryLayout.IsBlank(entry) || QueueEntryLayout.IsBlank(before) || QueueEntryLayout.IsBlank(after))
            return entry;
        var (low, high) = (before.Position.Value, after.Position.Value);
        return low <= high ? entry with { Position = new(Math.Clamp(entry.Position.Value, low, high)) } : entry;
    }

    static QueueEntry ReadOne(ReadEntries read, long offset)
    {
        Span<byte> bytes = stackalloc byte[QueueEntryLayout.Bytes];
        return read(offset, bytes) == 1 ? QueueEntryLayout.Read(bytes) : default;
    }
}
