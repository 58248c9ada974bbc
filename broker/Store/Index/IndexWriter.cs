using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Broker.Store.Files;

namespace Broker.Store.Index;

/// <summary>
/// The newest index file while it is filled. Its slots are in memory (20 MB, touched as they are used), because writing
/// one by one would cost three system calls for each key; entries go to the file in pieces, slots when it is flushed.
/// What a crash loses of it is built again from the log.
/// </summary>
sealed class IndexWriter
{
    /// <summary>Entries that are written together: 3,200 * 20 bytes.</summary>
    const int PendingMax = 3_200;

    /// <summary>Slots that are written together: a page.</summary>
    const int SlotsPerPage = 1_024;

    readonly FileCache _cache;
    readonly int[] _slots;
    readonly bool[] _dirtyPages;
    readonly byte[] _pending = new byte[PendingMax * IndexLayout.EntryBytes];
    IndexHeader _header;
    int _pendingFrom;

    IndexWriter(FileCache cache, IndexFile file, in IndexHeader header, int[]? slots)
    {
        _cache = cache;
        File = file;
        _header = header;
        _pendingFrom = header.Count;
        _slots = slots ?? new int[file.Slots];
        _dirtyPages = new bool[(file.Slots / SlotsPerPage) + 1];
    }

    public IndexFile File { get; }

    public IndexHeader Header => _header;

    public bool IsFull => _header.Count >= File.Entries;

    /// <summary>
    /// Begins a new file behind another one, which must have been flushed: its memory for slots is used again.
    /// </summary>
    public static IndexWriter Create(FileCache cache, IndexFile file, IndexWriter? previous)
    {
        var timestamp = Math.Max(0, previous?.Header.LastTimestamp ?? 0);
        var position = Math.Max(0, previous?.Header.LastPosition ?? 0);
        var slots = previous?._slots.Length == file.Slots ? previous._slots : null;
        slots?.AsSpan().Clear();
        return new IndexWriter(
            cache,
            file,
            new IndexHeader(timestamp, timestamp, position, position, 0, IndexLayout.FirstEntry),
            slots
        );
    }

    /// <summary>
    /// Goes on with a file of which <paramref name="count"/> entries are sound. The slots are built from them: those in
    /// the file may be older or newer.
    /// </summary>
    public static IndexWriter Resume(FileCache cache, IndexFile file, int count)
    {
        var header = file.Header();
        var writer = new IndexWriter(cache, file, header with { Count = count, UsedSlots = 0 }, slots: null);
        writer.BuildSlots();
        return writer;
    }

    public void Put(int hash, long position, long storeTimestamp)
    {
        var slot = hash % _slots.Length;
        var previous = _slots[slot];
        var seconds =
            _header.FirstTimestamp <= 0
                ? 0
                : Math.Clamp((storeTimestamp - _header.FirstTimestamp) / 1000, 0, int.MaxValue);
        WritePending(hash, position, (int)seconds, previous);
        _slots[slot] = _header.Count;
        _dirtyPages[slot / SlotsPerPage] = true;
        var isFirst = _header.Count <= IndexLayout.FirstEntry;
        _header = new IndexHeader(
            isFirst ? storeTimestamp : _header.FirstTimestamp,
            storeTimestamp,
            isFirst ? position : _header.FirstPosition,
            position,
            previous == 0 ? _header.UsedSlots + 1 : _header.UsedSlots,
            _header.Count + 1
        );
    }

    /// <summary>
    /// Reads what <see cref="Put"/> needs of a key, so that it is near. The result says nothing; without one the
    /// compiler would read nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Approach(int hash) => _slots[hash % _slots.Length];

    public int NewestOf(int slot) => _slots[slot];

    /// <summary>Writes the entries that are only in memory, so that a search finds them.</summary>
    public void WriteEntries()
    {
        var count = _header.Count - _pendingFrom;
        if (count == 0)
            return;
        _cache.Write(
            File.File,
            _pending.AsSpan(0, count * IndexLayout.EntryBytes),
            IndexLayout.EntryAt(File.Slots, _pendingFrom)
        );
        _pendingFrom = _header.Count;
    }

    /// <summary>Writes everything and makes it durable.</summary>
    public void Flush()
    {
        WriteAll();
        _cache.SyncData(File.File);
    }

    /// <summary>Writes everything; <see cref="FileCache.SyncData"/> makes it durable.</summary>
    public void WriteAll()
    {
        WriteEntries();
        WriteDirtySlots();
        Span<byte> header = stackalloc byte[IndexLayout.HeaderBytes];
        _header.Write(header);
        _cache.Write(File.File, header, 0);
    }

    void WritePending(int hash, long position, int seconds, int previous)
    {
        if (_header.Count - _pendingFrom == PendingMax)
            WriteEntries();
        var target = _pending.AsSpan((_header.Count - _pendingFrom) * IndexLayout.EntryBytes);
        BinaryPrimitives.WriteInt32BigEndian(target, hash);
        BinaryPrimitives.WriteInt64BigEndian(target[4..], position);
        BinaryPrimitives.WriteInt32BigEndian(target[12..], seconds);
        BinaryPrimitives.WriteInt32BigEndian(target[16..], previous);
    }

    void WriteDirtySlots()
    {
        Span<byte> page = stackalloc byte[SlotsPerPage * IndexLayout.SlotBytes];
        for (var i = 0; i < _dirtyPages.Length; i++)
        {
            if (!_dirtyPages[i])
                continue;
            _dirtyPages[i] = false;
            var slots = _slots.AsSpan(i * SlotsPerPage);
            slots = slots[..Math.Min(slots.Length, SlotsPerPage)];
            for (var slot = 0; slot < slots.Length; slot++)
                BinaryPrimitives.WriteInt32BigEndian(page[(slot * IndexLayout.SlotBytes)..], slots[slot]);
            _cache.Write(
                File.File,
                page[..(slots.Length * IndexLayout.SlotBytes)],
                IndexLayout.SlotAt(i * SlotsPerPage)
            );
        }
    }

    void BuildSlots()
    {
        var buffer = _pending;
        for (var number = IndexLayout.FirstEntry; number < _header.Count; )
        {
            var wanted = Math.Min(PendingMax, _header.Count - number);
            var read =
                _cache.Read(
                    File.File,
                    buffer.AsSpan(0, wanted * IndexLayout.EntryBytes),
                    IndexLayout.EntryAt(File.Slots, number)
                ) / IndexLayout.EntryBytes;
            if (read == 0)
                break;
            for (var i = 0; i < read; i++)
                TakeSlot(BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(i * IndexLayout.EntryBytes)), number + i);
            number += read;
        }
    }

    void TakeSlot(int hash, int number)
    {
        var slot = (hash & int.MaxValue) % _slots.Length;
        if (_slots[slot] == 0)
            _header = _header with { UsedSlots = _header.UsedSlots + 1 };
        _slots[slot] = number;
        _dirtyPages[slot / SlotsPerPage] = true;
    }
}
