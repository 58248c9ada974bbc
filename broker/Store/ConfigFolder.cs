using Broker.Store.Files;

namespace Broker.Store;

/// <summary>
/// The small state files of a broker (<c>config/topics.json</c> and the like, protocol.md §3.5). A write replaces the
/// whole file or leaves it as it was, whatever happens; the version before is kept as <c>.bak</c>.
/// </summary>
public sealed class ConfigFolder
{
    readonly IFileSystem _files;
    readonly string _directory;
    readonly Lock _gate = new();

    /// <summary>Uses, and creates, <c>config</c> in the store's folder.</summary>
    public ConfigFolder(IFileSystem files, string rootDirectory)
    {
        _files = files;
        _directory = Path.Combine(rootDirectory, "config");
        files.CreateDirectory(_directory);
    }

    /// <summary>
    /// The file's bytes; those of its backup when it is missing or empty; null when there is neither.
    /// </summary>
    public byte[]? Read(string name)
    {
        lock (_gate)
            return ReadFile(PathOf(name)) ?? ReadFile(PathOf(name + ".bak"));
    }

    /// <summary>The backup's bytes, for a reader that found the file itself damaged; null when there is none.</summary>
    public byte[]? ReadBackup(string name)
    {
        lock (_gate)
            return ReadFile(PathOf(name + ".bak"));
    }

    /// <summary>Replaces the file; durable when the call returns.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (ReadFile(PathOf(name)) is { } before)
                Replace(name + ".bak", before);
            Replace(name, content);
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
        return file.Read(content, 0) == content.Length && content.Length > 0 ? content : null;
    }

    string PathOf(string name) => Path.Combine(_directory, name);
}
