using Broker.Store.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broker.Store;

/// <summary>
/// The small state files of a broker (<c>config/topics.json</c> and the like, protocol.md §3.5). A write replaces the
/// whole file or leaves it as it was, whatever happens; the version before is kept as <c>.bak</c>.
/// </summary>
public sealed class ConfigFolder
{
    readonly IFileSystem _files;
    readonly string _directory;
    readonly ILogger _logger;
    readonly Lock _gate = new();

    /// <summary>Uses, and creates, <c>config</c> in the store's folder.</summary>
    public ConfigFolder(IFileSystem files, string rootDirectory, ILogger? logger = null)
    {
        _files = files;
        _logger = logger ?? NullLogger.Instance;
        _directory = Path.Combine(rootDirectory, "config");
        files.CreateDirectory(_directory);
    }

    /// <summary>
    /// The file's bytes; those of its backup when it is missing or empty; null when there is neither.
    /// </summary>
    public byte[]? Read(string name) =>
        ReadOriginal(name) is { Length: > 0 } content ? content
        : ReadBackup(name) is { Length: > 0 } older ? older
        : null;

    /// <summary>The file's bytes, which may be none; null when there is no file.</summary>
    public byte[]? ReadOriginal(string name)
    {
        lock (_gate)
            return ReadFile(PathOf(name));
    }

    /// <summary>The backup's bytes, which may be none; null when there is no backup.</summary>
    public byte[]? ReadBackup(string name)
    {
        lock (_gate)
            return ReadFile(PathOf(name + ".bak"));
    }

    /// <summary>
    /// The file cannot be used and its backup is: keeps the file as <c>.damaged</c>, so that the next write does not
    /// make it the backup.
    /// </summary>
    public void UseBackup(string name, string problem)
    {
        lock (_gate)
        {
            StoreEvents.BackupUsed(_logger, name, problem);
            if (!_files.FileExists(PathOf(name)))
                return;
            _files.Rename(PathOf(name), PathOf(name + ".damaged"));
            _files.SyncDirectory(_directory);
        }
    }

    /// <summary>Replaces the file; durable when the call returns.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (ReadFile(PathOf(name)) is { Length: > 0 } before)
                Replace(name + ".bak", before);
            Replace(name, content);
        }
    }

    /// <summary>Writes behind the end of a file, which is created; not durable before <see cref="Sync"/>.</summary>
    public void Append(string name, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            using var file = _files.Open(PathOf(name));
            file.Write(content, file.Length);
        }
    }

    /// <summary>Makes a file durable that was appended to.</summary>
    public void Sync(string name)
    {
        lock (_gate)
        {
            using (var file = _files.Open(PathOf(name)))
                file.SyncData();
            _files.SyncDirectory(_directory);
        }
    }

    void Replace(string name, ReadOnlySpan<byte> content)
    {
        var temporary = PathOf(name + ".tmp");
        using (var file = _files.Open(temporary))
        {
            file.SetLength(0);
            file.Write(content, 0);
            file.SyncData();
        }

        _files.Rename(temporary, PathOf(name));
        _files.SyncDirectory(_directory);
    }

    byte[]? ReadFile(string path)
    {
        if (!_files.FileExists(path))
            return null;
        using var file = _files.Open(path, readOnly: true);
        var content = new byte[file.Length];
        var length = file.Read(content, 0);
        return length == content.Length ? content : content[..length];
    }

    string PathOf(string name) => Path.Combine(_directory, name);
}
