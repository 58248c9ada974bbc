namespace Broker.NameServer.KeyValues;

/// <summary>
/// Keeps one small file whole: written beside it, synced, renamed. A crash leaves the old or the new content.
/// </summary>
sealed class KeyValueFile(string path)
{
    public string Path { get; } = path;

    /// <summary>The content, null when there is none yet.</summary>
    public byte[]? Read() => File.Exists(Path) ? File.ReadAllBytes(Path) : null;

    /// <summary>Keeps a file that cannot be used as <c>.damaged</c>: the next change must not replace it.</summary>
    public void SetAside() => File.Move(Path, Path + ".damaged", overwrite: true);

    /// <summary>Replaces the content; durable when the call returns, but for the folder's own entry.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { } folder)
            Directory.CreateDirectory(folder);
        var temporary = Path + ".tmp";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }
        File.Move(temporary, Path, overwrite: true);
    }
}
