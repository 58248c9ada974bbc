namespace Broker.Store;

/// <summary>What became of an append. Only <see cref="Accepted"/> promises a call of the completion.</summary>
public enum AppendStatus
{
    /// <summary>Placed in the log's buffer; the completion is called once, later.</summary>
    Accepted,

    /// <summary>Stored as durably as the flush mode asks (response code 0). Only an outcome.</summary>
    Stored,

    /// <summary>
    /// Written, but neither synced nor confirmed within the flush time limit (response code 10). Only an outcome.
    /// </summary>
    FlushTimeout,

    /// <summary>Body, topic or properties exceed a limit, or a batch body is malformed (response code 13).</summary>
    Illegal,

    /// <summary>The disk has writers blocked for a second (response code 2).</summary>
    Busy,

    /// <summary>
    /// The disk is full beyond the warning ratio, or the next segment cannot be allocated (response code 14).
    /// </summary>
    DiskFull,

    /// <summary>The store is closing or has failed (response code 14).</summary>
    Closed,
}
