using Broker.Store.Files;

namespace Broker.Store.Queues;

/// <summary>
/// The files of one consume queue: <c>consumequeue/topic/queueId/</c> and the 20-digit byte offset of the first entry,
/// each of the same number of entries. Counts in entries. Not for concurrent changes; reads may go beside one writer.
/// </summary>
sealed class QueueFiles
{
    readonly QueueContext _context;
    readonly string _topic;
    readonly int _queueId;
    readonly Lock _gate = new();
    QueueFile[] _all;
    bool _folderIsDirty;

    public QueueFiles(QueueContext context, string topic, int queueId)
    {
        _context = context;
        _topic = topic;
        _queueId = queueId;
        _all = Existing();
    }

    /// <summary>Entry that the first file begins with; -1 without files.</summary>
    public long FirstEntry => Volatile.Read(ref _all) is [var first, ..] ? first.FirstEntry : -1;

    /// <summary>One past the last entry that the last file has room for; 0 without files.</summary>
    public long Capacity => Volatile.Read(ref _all) is [.., var last] ? last.FirstEntry + _context.EntriesPerFile : 0;

    /// <summary>First entries of the files, in order.</summary>
    public IEnumerable<long> FirstEntries => Volatile.Read(ref _all).Select(static file => file.FirstEntry);

    /// <summary>Whether the last file is shorter than files are from their first write on.</summary>
    public bool IsCutShort => Volatile.Read(ref _all) is [.., var last] && _context.Cache.LengthOf(last) < last.Length;

    string Folder => _context.DirectoryOf(_topic, _queueId);

    /// <summary>The file that begins with the entry.</summary>
    public string PathOf(long firstEntry) =>
        Path.Combine(Folder, (firstEntry * QueueEntryLayout.Bytes).ToString("D20"));

    /// <summary>Reads whole entries from one file; 0 where there is none.</summary>
    public int Read(long entry, Span<byte> target)
    {
        if (Find(entry) is not { } file)
            return 0;
        var at = entry - file.FirstEntry;
        var count = (int)Math.Min(target.Length / QueueEntryLayout.Bytes, _context.EntriesPerFile - at);
        var read = _context.Cache.Read(file, target[..(count * QueueEntryLayout.Bytes)], at * QueueEntryLayout.Bytes);
        return read / QueueEntryLayout.Bytes;
    }

    public QueueEntry ReadOne(long entry)
    {
        Span<byte> bytes = stackalloc byte[QueueEntryLayout.Bytes];
        return Read(entry, bytes) == 1 ? QueueEntryLayout.Read(bytes) : default;
    }

    /// <summary>Writes entries, which may go on in a new file.</summary>
    public void Write(long entry, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var file = FindOrCreate(entry);
            var at = entry - file.FirstEntry;
            var count = (int)Math.Min(source.Length / QueueEntryLayout.Bytes, _context.EntriesPerFile - at);
            _context.Cache.Write(file, source[..(count * QueueEntryLayout.Bytes)], at * QueueEntryLayout.Bytes);
            MarkDirty(file);
            source = source[(count * QueueEntryLayout.Bytes)..];
            entry += count;
        }
    }

    /// <summary>Makes entries unwritten, up to the last one that there is room for.</summary>
    public void ZeroFrom(long entry)
    {
        foreach (var file in Volatile.Read(ref _all))
        {
            var at = Math.Max(0, entry - file.FirstEntry);
            if (at >= _context.EntriesPerFile)
                continue;
            _context.Cache.Free(
                file,
                at * QueueEntryLayout.Bytes,
                (_context.EntriesPerFile - at) * QueueEntryLayout.Bytes
            );
            MarkDirty(file);
        }
    }

    /// <summary>Deletes the files whose entries are all in front of this one, but never the last file.</summary>
    public void RemoveBefore(long entry)
    {
        var all = _all;
        var keep = 0;
        while (keep < all.Length - 1 && all[keep].FirstEntry + _context.EntriesPerFile <= entry)
            keep++;
        if (keep == 0)
            return;
        List<QueueFile> left = [];
        foreach (var file in all.AsSpan(0, keep))
        {
            if (!TryRemove(file))
                left.Add(file);
        }

        Volatile.Write(ref _all, [.. left, .. all[keep..]]);
    }

    public void RemoveAll()
    {
        var all = _all;
        Volatile.Write(ref _all, []);
        foreach (var file in all)
            _context.Cache.Delete(file);
        _context.Files.DeleteDirectory(Folder);
    }

    /// <summary>Makes what was written durable. Without a handle for it the next call tries it again.</summary>
    public void Sync()
    {
        var dirty = TakeDirty(out var folderIsDirty);
        try
        {
            if (folderIsDirty)
            {
                _context.SyncDirectory(Folder);
                _context.SyncDirectory(Path.GetDirectoryName(Folder)!);
                _context.SyncDirectory(Path.GetDirectoryName(Path.GetDirectoryName(Folder))!);
            }

            foreach (var file in dirty)
                _context.Cache.SyncData(file);
        }
        catch (IOException e) when (FileCache.IsOutOfHandles(e))
        {
            MarkDirty(dirty, folderIsDirty);
            throw;
        }
    }

    /// <summary>What <see cref="ForgetDirty"/> was called for did not come about: all of it is written again.</summary>
    public void MarkAllDirty() => MarkDirty(Volatile.Read(ref _all), folderIsDirty: true);

    /// <summary>Takes the files that were written since the last time: the caller makes them durable.</summary>
    List<QueueFile> TakeDirty(out bool folderIsDirty)
    {
        lock (_gate)
        {
            List<QueueFile> dirty = [];
            foreach (var file in _all)
            {
                if (file.IsDirty)
                    dirty.Add(file);
                file.IsDirty = false;
            }

            folderIsDirty = _folderIsDirty;
            _folderIsDirty = false;
            return dirty;
        }
    }

    /// <summary>The caller makes durable whatever was written until now.</summary>
    public void ForgetDirty()
    {
        lock (_gate)
        {
            _folderIsDirty = false;
            foreach (var file in _all)
                file.IsDirty = false;
        }
    }

    /// <summary>A file that cannot be deleted stays known, so that the next cleaning tries it again.</summary>
    bool TryRemove(QueueFile file)
    {
        try
        {
            _context.Cache.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _context.Undeleted(file.Path, e);
            return false;
        }
    }

    void MarkDirty(IEnumerable<QueueFile> files, bool folderIsDirty)
    {
        lock (_gate)
        {
            foreach (var file in files)
                file.IsDirty = true;
            _folderIsDirty |= folderIsDirty;
        }
    }

    void MarkDirty(QueueFile file)
    {
        lock (_gate)
            file.IsDirty = true;
    }

    QueueFile? Find(long entry)
    {
        var all = Volatile.Read(ref _all);
        for (var i = all.Length - 1; i >= 0; i--)
        {
            if (entry >= all[i].FirstEntry)
                return entry < all[i].FirstEntry + _context.EntriesPerFile ? all[i] : null;
        }

        return null;
    }

    QueueFile FindOrCreate(long entry)
    {
        if (Find(entry) is { } existing)
            return existing;
        if (_all.Length == 0)
            _context.Files.CreateDirectory(Folder);
        lock (_gate)
            _folderIsDirty = true;
        var created = FileOf(entry / _context.EntriesPerFile * _context.EntriesPerFile);
        QueueFile[] all = [.. _all, created];
        Array.Sort(all, (a, b) => a.FirstEntry.CompareTo(b.FirstEntry));
        Volatile.Write(ref _all, all);
        return created;
    }

    QueueFile FileOf(long firstEntry) => new(this, firstEntry, (long)_context.EntriesPerFile * QueueEntryLayout.Bytes);

    QueueFile[] Existing()
    {
        var existing = new List<QueueFile>();
        foreach (
            var path in _context.Cache.WithHandle((_context.Files, Folder), static it => it.Files.Files(it.Folder))
        )
        {
            var bytesPerFile = (long)_context.EntriesPerFile * QueueEntryLayout.Bytes;
            if (long.TryParse(Path.GetFileName(path), out var at) && at >= 0 && at % bytesPerFile == 0)
                existing.Add(FileOf(at / QueueEntryLayout.Bytes));
        }

        return [.. existing];
    }
}
