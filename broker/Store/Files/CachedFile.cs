namespace Broker.Store.Files;

/// <summary>
/// A file that is opened when it is used and closed when others need its place (<see cref="FileCache"/>). Costs a few
/// dozen bytes while it is closed: where there are 80,000, not even its name is kept.
/// </summary>
abstract class CachedFile(long length)
{
    /// <summary>Where it is; made for each opening.</summary>
    public abstract string Path { get; }

    /// <summary>Bytes of the whole file; what was not written reads as zeros.</summary>
    public long Length => length;

    /// <summary>Known to have its length. Set by the cache's users, each to the same.</summary>
    internal bool HasLength { get; set; }

    /// <summary>Guarded by the cache.</summary>
    internal OpenFile? Open { get; set; }
}
