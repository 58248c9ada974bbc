namespace Broker.Core.Configuration;

/// <summary>When a send is acknowledged: after the write to the page cache, or after the disk has it.</summary>
public enum FlushDiskType
{
    /// <summary>
    /// After the write; the disk follows within <see cref="BrokerOptions.FlushIntervalCommitLogMs"/>.
    /// </summary>
    AsyncFlush,

    /// <summary>After fdatasync, one for all sends that wait together.</summary>
    SyncFlush,
}
