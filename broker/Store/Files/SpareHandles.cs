namespace Broker.Store.Files;

/// <summary>
/// A few handles that the store keeps for the moment in which the process has none left. Giving one up also tells
/// whether that helps: where the limit itself was lowered, closing files that are in use would only do harm.
/// </summary>
/// <param name="files">Where the file is.</param>
/// <param name="path">A file that lives as long as the store; it is only opened.</param>
sealed class SpareHandles(IFileSystem files, string path) : IDisposable
{
    /// <summary>The threads that may open files at the same moment: appends, queues, index, readers.</summary>
    const int Count = 4;

    readonly Lock _gate = new();
    readonly Stack<IFile> _spares = new(Count);

    /// <summary>Closes one; false when none is left.</summary>
    public bool TryGive()
    {
        lock (_gate)
        {
            if (!_spares.TryPop(out var spare))
                return false;
            spare.Dispose();
            return true;
        }
    }

    /// <summary>Opens what is missing; false when there is no handle for it.</summary>
    public bool TryFill()
    {
        lock (_gate)
        {
            try
            {
                while (_spares.Count < Count)
                    _spares.Push(files.Open(path, readOnly: true));
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    public void Dispose()
    {
        while (TryGive()) { }
    }
}
