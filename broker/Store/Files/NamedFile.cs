namespace Broker.Store.Files;

/// <summary>One of few files, which keeps its path.</summary>
sealed class NamedFile(string path, long length) : CachedFile(length)
{
    public override string Path => path;
}
