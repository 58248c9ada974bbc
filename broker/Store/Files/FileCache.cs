using System.Diagnostics.CodeAnalysis;

namespace Broker.Store.Files;

/// <summary>
/// Keeps a bounded number of files open, the most recently used ones: 10,000 topics with 8 queues are 80,000 files, and
/// an ordinary <c>ulimit -n</c> is 65,536 or less. Where the process has no handle left for another file, a spare one
/// serves, and the file that was used longest ago gives its own for the next time.
/// </summary>
/// <param name="files">Where the files are.</param>
/// <param name="openMax">How many files are open at most.</param>
/// <param name="spares">Handles for when the process has none left; the cache fills and disposes them.</param>
/// <param name="outOfHandles">Told each time that the process had no handle left.</param>
sealed class FileCache(
    IFileSystem files,
    int openMax,
    SpareHandles? spares = null,
    Action<IOException>? outOfHandles = null
) : IDisposable
{
    /// <summary>EMFILE and ENFILE: the process, or the machine, has no handle left.</summary>
    const int TooManyInProcess = 24;
    const int TooManyInSystem = 23;

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
            using var once = WithHandle((files, file), static it => it.files.Open(it.file.Path));
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

    /// <summary>
    /// Does something that needs a handle for a moment or for longer. Without a free one the spare ones go, one after
    /// the other, until it succeeds or none is left.
    /// </summary>
    public TResult WithHandle<TState, TResult>(TState state, Func<TState, TResult> open)
    {
        for (var given = 0; ; given++)
        {
            try
            {
                var result = open(state);
                FillSpares(given);
                return result;
            }
            catch (IOException e) when (e.HResult is TooManyInProcess or TooManyInSystem)
            {
                outOfHandles?.Invoke(e);
                if (spares?.TryGive() != true)
                    throw;
            }
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
        spares?.Dispose();
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
            file.Open = open = new OpenFile(file, WithHandle((files, file), static it => it.files.Open(it.file.Path)));
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

    /// <summary>Instead of the spares that have helped, files go that nobody uses and were not used for long.</summary>
    void FillSpares(int given)
    {
        while (spares?.TryFill() == false && given-- > 0 && TryCloseOldest()) { }
    }

    bool TryCloseOldest()
    {
        lock (_gate)
        {
            for (var node = _open.First; node != null; node = node.Next)
            {
                if (node.Value.Open!.Users > 0)
                    continue;
                CloseLocked(node.Value);
                return true;
            }
            return false;
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
