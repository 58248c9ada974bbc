namespace Broker.Store.Files;

/// <summary>
/// What the store needs of a file system. The real one is <see cref="DiskFileSystem"/>; the tests have one that forgets
/// at a power cut whatever was not synced. Paths are absolute. Failures are <see cref="IOException"/>s.
/// </summary>
public interface IFileSystem
{
    /// <summary>
    /// Opens a file for reading and, unless <paramref name="readOnly"/>, for writing; creates a missing one then.
    /// </summary>
    IFile Open(string path, bool readOnly = false);

    /// <summary>Opens an existing file for reading and writing; null when there is none.</summary>
    IFile? TryOpen(string path);

    /// <summary>Whether a file of this name exists.</summary>
    bool FileExists(string path);

    /// <summary>Full paths of the files of a folder, in ordinal order; empty when there is no such folder.</summary>
    IReadOnlyList<string> Files(string directory);

    /// <summary>Full paths of the folders in a folder, in ordinal order; empty when there is no such folder.</summary>
    IReadOnlyList<string> Directories(string directory);

    /// <summary>Creates a folder and those above it.</summary>
    void CreateDirectory(string directory);

    /// <summary>
    /// Deletes a file; nothing happens when it does not exist. Open handles and mappings stay usable.
    /// </summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with all that is in it.</summary>
    void DeleteDirectory(string directory);

    /// <summary>Renames a file over another one of the same folder, atomically.</summary>
    void Rename(string from, string to);

    /// <summary>Makes creations, deletions and renames in a folder durable.</summary>
    void SyncDirectory(string directory);

    /// <summary>Makes everything durable that was written to the volume of a folder (syncfs).</summary>
    void SyncVolume(string directory);

    /// <summary>Takes the exclusive lock of a file, which is created; null when another process holds it.</summary>
    IDisposable? TryLock(string path);

    /// <summary>Size and free space of the volume that holds a folder.</summary>
    DiskSpace Space(string directory);
}
