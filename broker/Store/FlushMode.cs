namespace Broker.Store;

/// <summary>When a send counts as stored; the configuration key <c>flushDiskType</c>.</summary>
public enum FlushMode
{
    /// <summary>
    /// Once the bytes are in the page cache: a crash of the process loses nothing, a power cut up to 500 ms.
    /// </summary>
    Async,

    /// <summary>Once the bytes are on the device: one fdatasync for all that waited (group commit).</summary>
    Sync,
}
