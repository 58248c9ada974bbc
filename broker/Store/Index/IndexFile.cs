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
}
