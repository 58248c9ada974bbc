namespace Broker.Store.Files;

/// <summary>
/// A file that is opened when it is used and closed when others need its place (<see cref="FileCache"/>). Costs a few
/// dozen bytes while it is closed.
/// </summary>
sealed class CachedFile(string path, long length)
{
    public string Path => path;

    /// <summary>Bytes of the whole file; what was not written reads as zeros.</summary>
    public long Length => length;

    /// <summary>Known to have its length. Set by the cache's users, each to the same.</summary>
    internal bool HasLength { get; set; }

    /// <summary>Guarded by the cache.</summary>
    internal OpenFile? Open { get; set; }
}
