using System.Diagnostics.CodeAnalysis;

namespace Broker.Store.Files;

/// <summary>
/// Keeps a bounded number of files open, the most recently used ones: 10,000 topics with 8 queues are 80,000 files, and
/// an ordinary <c>ulimit -n</c> is 65,536 or less.
/// </summary>
sealed class FileCache(IFileSystem files, int openMax) : IDisposable
{
    readonly Lock _gate = new();
    readonly LinkedList<CachedFile> _open = [];

    /// <summary>How many files are open.</summary>
    public int OpenCount
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>Reads up to the buffer's length; what is beyond the file's end is not there.</summary>
    public int Read(CachedFile file, Span<byte> buffer, long position)
    {
        var open = Enter(file);
        try
        {
            return open.File.Read(buffer, position);
        }
        finally
        {
            Leave(open);
        }
    }

    /// <summary>
    /// Writes the buffer; the first write gives the file its length, the rest of which is zeros. A file that is not
    /// open when all places are taken is opened for this once: where each write is to another file, those that others
    /// took the place of would be garbage that has grown old.
    /// </summary>
    public void Write(CachedFile file, ReadOnlySpan<byte> buffer, long position)
    {
        if (!TryEnter(file, out var open))
        {
            using var once = files.Open(file.Path);
            GiveLength(file, once);
            once.Write(buffer, position);
            return;
        }

        try
        {
            GiveLength(file, open.File);
            open.File.Write(buffer, position);
        }
        finally
        {
            Leave(open);
        }
    }

    /// <summary>
    /// Makes a range read as zeros and take no space: 80,000 files of 6 MB are larger than most disks.
    /// </summary>
    public void Free(CachedFile file, long position, long length)
    {
        var open = Enter(file);
        try
        {
            GiveLength(file, open.File);
            open.File.Free(position, length);
        }
        finally
        {
            Leave(open);
        }
    }

    public void SyncData(CachedFile file)
    {
        var open = Enter(file);
        try
        {
            open.File.SyncData();
        }
        finally
        {
            Leave(open);
        }
    }

    /// <summary>Closes a file, as soon as its last user has left, and deletes it.</summary>
    public void Delete(CachedFile file)
    {
        lock (_gate)
            CloseLocked(file);
        file.HasLength = false;
        files.DeleteFile(file.Path);
    }

    public void Close(CachedFile file)
    {
        lock (_gate)
            CloseLocked(file);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            while (_open.First is { } first)
                CloseLocked(first.Value);
        }
    }

    OpenFile Enter(CachedFile file)
    {
        lock (_gate)
        {
            if (file.Open == null)
                MakePlaceLocked();
            return EnterLocked(file);
        }
    }

    /// <summary>The file, opened if it was not; false when that would need another one's place.</summary>
    bool TryEnter(CachedFile file, [NotNullWhen(true)] out OpenFile? open)
    {
        lock (_gate)
        {
            var isPossible = file.Open != null || _open.Count < openMax;
            open = isPossible ? EnterLocked(file) : null;
            return isPossible;
        }
    }

    OpenFile EnterLocked(CachedFile file)
    {
        if (file.Open is not { } open)
        {
            file.Open = open = new OpenFile(file, files.Open(file.Path));
            _open.AddLast(open.Place);
        }
        else if (_open.Last != open.Place)
        {
            _open.Remove(open.Place);
            _open.AddLast(open.Place);
        }

        open.Users++;
        return open;
    }

    void Leave(OpenFile open)
    {
        lock (_gate)
        {
            if (--open.Users == 0 && open.IsLeaving)
                open.File.Dispose();
        }
    }

    /// <summary>Asks the system once: nobody else changes the files.</summary>
    static void GiveLength(CachedFile file, IFile open)
    {
        if (file.HasLength)
            return;
        if (open.Length < file.Length)
            open.SetLength(file.Length);
        file.HasLength = true;
    }

    void MakePlaceLocked()
    {
        for (var node = _open.First; node != null && _open.Count >= openMax; )
        {
            var next = node.Next;
            if (node.Value.Open!.Users == 0)
                CloseLocked(node.Value);
            node = next;
        }
    }

    void CloseLocked(CachedFile file)
    {
        if (file.Open is not { } open)
            return;
        file.Open = null;
        _open.Remove(open.Place);
        open.IsLeaving = true;
        if (open.Users == 0)
            open.File.Dispose();
    }
}
