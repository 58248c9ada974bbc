using Broker.Store.Files;

namespace Broker.Store.Log;

/// <summary>
/// One file of the commit log, named by the 20-digit position of its first byte. It is as long as all segments from its
/// creation on and never shrinks. The writer's handle is open while there is something to write or to sync; reading
/// goes through a mapping that is made at the first read.
/// </summary>
sealed class Segment(IFileSystem files, string path, long position, int length)
{
    readonly Lock _gate = new();
    IFile? _writer;
    SegmentMapping? _mapping;
    bool _deleted;

    public string Path => path;

    public long Position => position;

    public long EndPosition => position + length;

    public int Length => length;

    /// <summary>When the segment was last read, in reads of the list; only roughly ordered.</summary>
    public long LastRead { get; set; }

    public bool IsMapped => Volatile.Read(ref _mapping) != null;

    public static string NameOf(long position) => position.ToString("D20");

    /// <summary>Creates the file and reserves its space.</summary>
    public static Segment Create(IFileSystem files, string directory, long position, int length)
    {
        var path = System.IO.Path.Combine(directory, NameOf(position));
        var segment = new Segment(files, path, position, length) { _writer = files.Open(path) };
        try
        {
            segment._writer.Allocate(length);
            segment._writer.SyncData();
            files.SyncDirectory(directory);
            return segment;
        }
        catch (IOException)
        {
            segment._writer.Dispose();
            files.DeleteFile(path);
            throw;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes, long at) => Writer().Write(bytes, at - position);

    /// <summary>Asks for pages that will be written; nothing happens when the segment has no writer.</summary>
    public void Prefetch(long at, long bytes)
    {
        try
        {
            // Without the lock, which every write takes: the caller may be kept from going on for long.
            Volatile.Read(ref _writer)?.Prefetch(at - position, bytes);
        }
        catch (ObjectDisposedException)
        {
            // The log has filled the segment meanwhile.
        }
    }

    public void Zero(long from) => Writer().Zero(from - position, EndPosition - from);

    public void SyncData()
    {
        IFile? writer;
        lock (_gate)
            writer = _writer;
        writer?.SyncData();
    }

    /// <summary>Nothing will be written or synced any more.</summary>
    public void CloseWriter()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    /// <summary>
    /// Takes a reference on the mapping, which is made when there is none; false when the segment was deleted.
    /// </summary>
    public bool TryAcquire(out SegmentMapping mapping)
    {
        mapping = Volatile.Read(ref _mapping)!;
        if (mapping != null && mapping.TryAcquire())
            return true;
        lock (_gate)
        {
            if (_deleted)
                return false;
            _mapping ??= OpenMapping();
            mapping = _mapping;
            return mapping.TryAcquire();
        }
    }

    public void Unmap()
    {
        lock (_gate)
        {
            _mapping?.Release();
            Volatile.Write(ref _mapping, null);
        }
    }

    /// <summary>Unlinks the file. Readers that hold the mapping keep their bytes.</summary>
    public void Delete()
    {
        CloseWriter();
        lock (_gate)
        {
            _deleted = true;
            _mapping?.Release();
            Volatile.Write(ref _mapping, null);
        }

        files.DeleteFile(path);
    }

    public void Dispose()
    {
        CloseWriter();
        Unmap();
    }

    SegmentMapping OpenMapping()
    {
        using var file = files.Open(path, readOnly: true);
        return new SegmentMapping(file.Map(length));
    }

    IFile Writer()
    {
        lock (_gate)
            return _writer ??= files.Open(path);
    }
}
