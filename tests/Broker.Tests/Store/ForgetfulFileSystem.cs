using Broker.Store.Files;

namespace Broker.Tests.Store;

/// <summary>
/// A file system in memory that knows what was synced. <see cref="AfterPowerCut"/> gives what a disk may hold after the
/// power was cut: all that was synced, and any subset, by sectors and names, of what was not.
/// </summary>
public sealed class ForgetfulFileSystem : IFileSystem
{
    readonly Lock gate = new();
    readonly SortedSet<string> directories = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, ForgetfulContent> live = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, ForgetfulContent> durable = new(StringComparer.Ordinal);
    readonly HashSet<string> locks = [];
    int syncs;
    int writes;
    int open;

    /// <summary>How often a file's data was synced.</summary>
    public int Syncs => Volatile.Read(ref syncs);

    /// <summary>How often was written.</summary>
    public int Writes => Volatile.Read(ref writes);

    /// <summary>Handles that are open now.</summary>
    public int OpenHandles => Volatile.Read(ref open);

    /// <summary>What was asked to be in memory, in order; look at it while no thread asks.</summary>
    public List<(string Path, long Position, long Length)> Prefetched { get; } = [];

    /// <summary>Whether the byte of some file was asked to be in memory; at any time.</summary>
    public bool IsPrefetched(long position)
    {
        lock (gate)
            return Prefetched.Exists(range => range.Position <= position && position < range.Position + range.Length);
    }

    public DiskSpace Disk { get; set; } = new(1000, 900);

    /// <summary>Called with the path before each write and each allocation; may throw.</summary>
    public Action<string> BeforeWrite { get; set; } = _ => { };

    /// <summary>Called with the path before each sync; may wait or throw.</summary>
    public Action<string> BeforeSync { get; set; } = _ => { };

    /// <summary>
    /// Called with the path before each opening of a file and each listing and sync of a folder; may throw.
    /// </summary>
    public Action<string> BeforeOpen { get; set; } = _ => { };

    /// <summary>Called with the path before each read of a file; may throw.</summary>
    public Action<string> BeforeRead { get; set; } = _ => { };

    public IFile Open(string path, bool readOnly = false)
    {
        BeforeOpen(path);
        lock (gate)
        {
            if (!live.TryGetValue(path, out var content))
            {
                if (readOnly)
                    throw new FileNotFoundException(path);
                live.Add(path, content = new ForgetfulContent());
            }
            Interlocked.Increment(ref open);
            return new ForgetfulFile(this, path, content);
        }
    }

    public IFile? TryOpen(string path)
    {
        BeforeOpen(path);
        lock (gate)
        {
            if (!live.TryGetValue(path, out var content))
                return null;
            Interlocked.Increment(ref open);
            return new ForgetfulFile(this, path, content);
        }
    }

    public bool FileExists(string path)
    {
        lock (gate)
            return live.ContainsKey(path);
    }

    public IReadOnlyList<string> Files(string directory)
    {
        BeforeOpen(directory);
        lock (gate)
            return [.. live.Keys.Where(path => Path.GetDirectoryName(path) == directory)];
    }

    public IReadOnlyList<string> Directories(string directory)
    {
        lock (gate)
            return [.. directories.Where(path => Path.GetDirectoryName(path) == directory)];
    }

    public void CreateDirectory(string directory)
    {
        lock (gate)
        {
            for (var path = directory; !string.IsNullOrEmpty(path); path = Path.GetDirectoryName(path))
                directories.Add(path);
        }
    }

    /// <summary>Called with the path before each deletion of a file; may throw.</summary>
    public Action<string> BeforeDelete { get; set; } = _ => { };

    public void DeleteFile(string path)
    {
        BeforeDelete(path);
        lock (gate)
            live.Remove(path);
    }

    public void DeleteDirectory(string directory)
    {
        lock (gate)
        {
            foreach (
                var path in live
                    .Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal))
                    .ToArray()
            )
                live.Remove(path);
            directories.RemoveWhere(path =>
                path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal)
            );
        }
    }

    public void Rename(string from, string to)
    {
        lock (gate)
        {
            live[to] = live[from];
            live.Remove(from);
        }
    }

    public void SyncDirectory(string directory)
    {
        BeforeOpen(directory);
        lock (gate)
        {
            foreach (var path in durable.Keys.Where(path => Path.GetDirectoryName(path) == directory).ToArray())
                durable.Remove(path);
            foreach (var (path, content) in live)
            {
                if (Path.GetDirectoryName(path) == directory)
                    durable[path] = content;
            }
        }
    }

    public void SyncVolume(string directory)
    {
        BeforeOpen(directory);
        CountSync(directory);
        lock (gate)
        {
            durable.Clear();
            foreach (var (path, content) in live)
            {
                content.Sync();
                durable[path] = content;
            }
        }
    }

    public IDisposable? TryLock(string path)
    {
        lock (gate)
        {
            live.TryAdd(path, new ForgetfulContent());
            return locks.Add(path) ? new Held(() => Unlock(path)) : null;
        }
    }

    public DiskSpace Space(string directory) => Disk;

    /// <summary>What the disk may hold when the power is cut now.</summary>
    public ForgetfulFileSystem AfterPowerCut(Random random)
    {
        var after = new ForgetfulFileSystem();
        lock (gate)
        {
            foreach (var directory in directories)
                after.directories.Add(directory);
            foreach (var path in live.Keys.Union(durable.Keys).Order(StringComparer.Ordinal))
            {
                live.TryGetValue(path, out var now);
                durable.TryGetValue(path, out var before);
                var survivor = ReferenceEquals(now, before) || random.Next(2) == 0 ? now : before;
                if (survivor != null)
                    after.Put(path, survivor.AfterPowerCut(random));
            }
        }
        return after;
    }

    /// <summary>What the disk holds when only the process is killed: everything that was written.</summary>
    public ForgetfulFileSystem AfterKill()
    {
        var after = new ForgetfulFileSystem();
        lock (gate)
        {
            foreach (var directory in directories)
                after.directories.Add(directory);
            foreach (var (path, content) in live)
                after.Put(path, content.Copy());
        }
        return after;
    }

    public byte[] Content(string path)
    {
        lock (gate)
            return live[path].Copy().Bytes;
    }

    public void Replace(string path, byte[] bytes)
    {
        lock (gate)
        {
            for (
                var directory = Path.GetDirectoryName(path);
                !string.IsNullOrEmpty(directory);
                directory = Path.GetDirectoryName(directory)
            )
                directories.Add(directory);
            live[path] = durable[path] = new ForgetfulContent(bytes);
        }
    }

    internal void CountWrite(string path)
    {
        BeforeWrite(path);
        Interlocked.Increment(ref writes);
    }

    internal void CountSync(string path)
    {
        BeforeSync(path);
        Interlocked.Increment(ref syncs);
    }

    internal void NotePrefetch(string path, long position, long length)
    {
        lock (gate)
            Prefetched.Add((path, position, length));
    }

    internal void CountClose() => Interlocked.Decrement(ref open);

    void Put(string path, ForgetfulContent content)
    {
        live.Add(path, content);
        durable.Add(path, content);
    }

    void Unlock(string path)
    {
        lock (gate)
            locks.Remove(path);
    }

    sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
