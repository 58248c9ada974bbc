using Broker.Store.Files;

namespace Broker.Store.Recovery;

/// <summary>
/// The store's folder while a process uses it: <c>lock</c> keeps others out, <c>abort</c> exists until an orderly stop,
/// so that the next start knows whether there was one.
/// </summary>
sealed class StoreFolder : IDisposable
{
    const string LockName = "lock";

    readonly IFileSystem _files;
    readonly string _directory;
    readonly IDisposable _lock;

    StoreFolder(IFileSystem files, string directory, IDisposable @lock)
    {
        _files = files;
        _directory = directory;
        _lock = @lock;
        WasClean = !files.FileExists(AbortPath);
    }

    /// <summary>Whether the process before stopped in an orderly way.</summary>
    public bool WasClean { get; }

    string AbortPath => Path.Combine(_directory, "abort");

    /// <exception cref="StoreException">Another process uses the folder.</exception>
    public static StoreFolder Enter(IFileSystem files, string directory)
    {
        files.CreateDirectory(directory);
        var held =
            files.TryLock(Path.Combine(directory, LockName))
            ?? throw new StoreException($"The store {directory} is in use by another process.");
        return new StoreFolder(files, directory, held);
    }

    /// <summary>Handles that are kept for when the process has none left.</summary>
    public SpareHandles Spares() => new(_files, Path.Combine(_directory, LockName));

    /// <summary>From now on a stop without <see cref="Leave"/> counts as a crash.</summary>
    public void MarkInUse()
    {
        using (_files.Open(AbortPath)) { }

        _files.SyncDirectory(_directory);
    }

    /// <summary>Everything is durable: the stop is an orderly one.</summary>
    public void Leave()
    {
        _files.DeleteFile(AbortPath);
        _files.SyncDirectory(_directory);
    }

    public void Dispose() => _lock.Dispose();
}
