using System.Buffers.Binary;
using Broker.Store.Files;

namespace Broker.Store.Index;

/// <summary>A full index file, or what is on disk of the newest one: only read.</summary>
sealed class IndexFile(FileCache cache, string path, int slots, int entries)
{
    public string Path => path;

    /// <summary>The file's name as a number: a time, and so an order.</summary>
    public long Number { get; } = long.Parse(System.IO.Path.GetFileName(path));

    public CachedFile File { get; } = new NamedFile(path, IndexLayout.FileBytes(slots, entries));

    public int Slots => slots;

    public int Entries => entries;

    public IndexHeader Header()
    {
        Span<byte> bytes = stackalloc byte[IndexLayout.HeaderBytes];
        bytes.Clear();
        cache.Read(File, bytes, 0);
        return IndexHeader.Read(bytes);
    }

    public int NewestOf(int slot)
    {
        Span<byte> bytes = stackalloc byte[IndexLayout.SlotBytes];
        bytes.Clear();
        cache.Read(File, bytes, IndexLayout.SlotAt(slot));
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    public (int Hash, long Position, int Seconds, int Previous) Entry(int number)
    {
        Span<byte> bytes = stackalloc byte[IndexLayout.EntryBytes];
        bytes.Clear();
        cache.Read(File, bytes, IndexLayout.EntryAt(slots, number));
        return (
            BinaryPrimitives.ReadInt32BigEndian(bytes),
            BinaryPrimitives.ReadInt64BigEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[16..])
        );
    }

    /// <summary>
    /// Shows positions of messages whose key may have the hash, newest first, until <paramref name="found"/> answers
    /// false.
    /// </summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="newest">The newest entry on the hash's slot.</param>
    /// <param name="header">The file's header.</param>
    /// <param name="begin">Earliest store time, in ms since 1970.</param>
    /// <param name="end">Latest store time, inclusive.</param>
    /// <param name="found">Takes a position.</param>
    /// <returns>False when the search was ended.</returns>
    public bool Search(int hash, int newest, in IndexHeader header, long begin, long end, Func<long, bool> found)
    {
        // Each step goes to an older entry, so that a damaged file cannot lead in circles.
        for (int number = newest, last = header.Count; number >= IndexLayout.FirstEntry && number < last; )
        {
            var entry = Entry(number);
            // Entries count whole seconds: the message may be up to 999 ms younger than the entry says.
            var time = header.FirstTimestamp + (entry.Seconds * 1000L);
            if (entry.Seconds < 0 || time + 999 < begin)
                return true;
            if (entry.Hash == hash && time <= end && !found(entry.Position))
                return false;
            last = number;
            number = entry.Previous;
        }

        return true;
    }
}
