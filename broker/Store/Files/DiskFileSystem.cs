namespace Broker.Store.Files;

/// <summary>The file system of the machine.</summary>
public sealed class DiskFileSystem : IFileSystem
{
    /// <inheritdoc/>
    public IFile Open(string path, bool readOnly = false) => new DiskFile(Native.OpenFile(path, readOnly));

    /// <inheritdoc/>
    public IFile? TryOpen(string path) => Native.TryOpenFile(path) is { } handle ? new DiskFile(handle) : null;

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Files(string directory) => Sorted(directory, Directory.GetFiles);

    /// <inheritdoc/>
    public IReadOnlyList<string> Directories(string directory) => Sorted(directory, Directory.GetDirectories);

    /// <inheritdoc/>
    public void CreateDirectory(string directory) => Directory.CreateDirectory(directory);

    /// <inheritdoc/>
    public void DeleteFile(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void DeleteDirectory(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void SyncDirectory(string directory) => Native.SyncDirectory(directory);

    /// <inheritdoc/>
    public void SyncVolume(string directory) => Native.SyncVolume(directory);

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            // Opening without sharing takes an exclusive flock, which the kernel releases when the process ends.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public DiskSpace Space(string directory)
    {
        var drive = new DriveInfo(directory);
        return DiskSpace.Of(drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
    }

    static string[] Sorted(string directory, Func<string, string[]> list)
    {
        if (!Directory.Exists(directory))
            return [];
        var paths = list(directory);
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }
}
