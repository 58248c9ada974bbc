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

    /// <summary>Whether a handle was missing: nothing was done, and it may succeed in a moment.</summary>
    public static bool IsOutOfHandles(IOException failure) => failure.HResult is TooManyInProcess or TooManyInSystem;

    /// <summary>How many files are open.</summary>
    public int OpenCount
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>
    /// Reads up to the buffer's length; what is beyond the file's end is not there. A missing file has no bytes, and
    /// reading does not create it: a reader may still know a file that retention has just deleted.
    /// </summary>
    public int Read(CachedFile file, Span<byte> buffer, long position)
    {
        if (EnterExisting(file) is not { } open)
            return 0;
        try
        {
            return open.File.Read(buffer, position);
        }
        finally
        {
            Leave(open);
        }
    }

    /// <summary>Bytes that a file has; 0 when it does not exist.</summary>
    public long LengthOf(CachedFile file)
    {
        if (EnterExisting(file) is not { } open)
            return 0;
        try
        {
            return open.File.Length;
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
            using var once = Open(file);
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
        if (EnterExisting(file) is not { } open)
            return;
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
            catch (IOException e) when (IsOutOfHandles(e))
            {
                outOfHandles?.Invoke(e);
                if (spares?.TryGive() != true)
                    throw;
            }
        }
    }

    /// <summary>Makes what was written durable; a file that was deleted meanwhile needs nothing.</summary>
    public void SyncData(CachedFile file)
    {
        if (EnterExisting(file) is not { } open)
            return;
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
        Close(file);
        file.HasLength = false;
        files.DeleteFile(file.Path);
        // A reader may have opened it again before it was gone, and would keep its space.
        Close(file);
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

    /// <summary>The file, opened if it was not; null when it does not exist.</summary>
    OpenFile? EnterExisting(CachedFile file)
    {
        lock (_gate)
        {
            if (file.Open != null)
                return EnterLocked(file, file.Open);
            MakePlaceLocked();
            var opened = WithHandle((files, file), static it => it.files.TryOpen(it.file.Path));
            return opened is null ? null : EnterLocked(file, new OpenFile(file, opened));
        }
    }

    /// <summary>
    /// The file, opened or created if it was not; false when that would need another one's place.
    /// </summary>
    bool TryEnter(CachedFile file, [NotNullWhen(true)] out OpenFile? open)
    {
        lock (_gate)
        {
            var isPossible = file.Open != null || _open.Count < openMax;
            open = isPossible ? EnterLocked(file, file.Open ?? new OpenFile(file, Open(file))) : null;
            return isPossible;
        }
    }

    IFile Open(CachedFile file) => WithHandle((files, file), static it => it.files.Open(it.file.Path));

    OpenFile EnterLocked(CachedFile file, OpenFile open)
    {
        if (file.Open == null)
        {
            file.Open = open;
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
