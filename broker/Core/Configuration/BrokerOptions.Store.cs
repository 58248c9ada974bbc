namespace Broker.Core.Configuration;

/// <summary>The settings of the store, and those that exist only inside Kubernetes.</summary>
public sealed partial class BrokerOptions
{
    /// <summary>Folder of everything that the broker keeps.</summary>
    public string StorePathRootDir { get; internal set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "store");

    /// <summary>Folder of the log; empty: <c>commitlog</c> in <see cref="StorePathRootDir"/>.</summary>
    public string StorePathCommitLog { get; internal set; } = "";

    /// <summary>Bytes of one file of the log.</summary>
    public int MappedFileSizeCommitLog { get; internal set; } = 1024 * 1024 * 1024;

    /// <summary>Bytes of one file of a consume queue; a multiple of 20 is made of it.</summary>
    public int MappedFileSizeConsumeQueue { get; internal set; } = 300_000 * 20;

    /// <summary>When a send is acknowledged.</summary>
    public FlushDiskType FlushDiskType { get; internal set; }

    /// <summary>Milliseconds that a SYNC_FLUSH send waits before it is answered FLUSH_DISK_TIMEOUT (10).</summary>
    public int SyncFlushTimeoutMs { get; internal set; } = 5000;

    /// <summary>Milliseconds between flushes of the log with ASYNC_FLUSH.</summary>
    public int FlushIntervalCommitLogMs { get; internal set; } = 500;

    /// <summary>Milliseconds between flushes of the consume queues.</summary>
    public int FlushIntervalConsumeQueueMs { get; internal set; } = 1000;

    /// <summary>Hours that messages are kept.</summary>
    public int FileReservedTimeHours { get; internal set; } = 72;

    /// <summary>Hours of the day at which expired files go, "04" or "04;16".</summary>
    public string DeleteWhen { get; internal set; } = "04";

    /// <summary>Percent of the disk at which expired files go at any hour.</summary>
    public int DiskMaxUsedSpaceRatio { get; internal set; } = 75;

    /// <summary>Percent of the disk at which the oldest files go even if not expired.</summary>
    public int DiskSpaceCleanForciblyRatio { get; internal set; } = 85;

    /// <summary>Percent of the disk at which sends are refused.</summary>
    public int DiskSpaceWarningLevelRatio { get; internal set; } = 90;

    /// <summary>Whether the forcible ratio deletes at all.</summary>
    public bool CleanFileForciblyEnable { get; internal set; } = true;

    /// <summary>Milliseconds between looks at age and disk.</summary>
    public int CleanResourceIntervalMs { get; internal set; } = 10_000;

    /// <summary>Build the index for queries by key.</summary>
    public bool MessageIndexEnable { get; internal set; } = true;

    /// <summary>Slots of one index file.</summary>
    public int MaxHashSlotNum { get; internal set; } = 5_000_000;

    /// <summary>Entries of one index file.</summary>
    public int MaxIndexNum { get; internal set; } = 20_000_000;

    /// <summary>Compare the body checksums during recovery.</summary>
    public bool CheckCrcOnRecover { get; internal set; } = true;

    /// <summary>Name of the Lease that elects the master; empty: this broker is a static master.</summary>
    public string ElectionLease { get; internal set; } = "";

    /// <summary>The two master Services, "name-a,name-b".</summary>
    public string MasterServices { get; internal set; } = "";

    /// <summary>This pod's own Service; empty: the pod's name.</summary>
    public string PodService { get; internal set; } = "";
}
