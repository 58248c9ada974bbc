using System.Net;
using Broker.Core.Configuration;
using Broker.Store;
using Broker.Store.Files;

namespace Broker.Core;

/// <summary>Hands the broker's settings to the store: all at start, the live ones again after a change.</summary>
static class StoreSettings
{
    /// <summary>Files of queues and index that are worth keeping open, where there are handles for them.</summary>
    public const int OpenFilesMax = 4_096;

    public static StoreOptions Create(BrokerOptions options, IPEndPoint address, HandleBudget handles)
    {
        var physical = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var root = Path.GetFullPath(options.StorePathRootDir);
        var created = new StoreOptions
        {
            RootDirectory = root,
            CommitLogDirectory =
                options.StorePathCommitLog.Length > 0
                    ? Path.GetFullPath(options.StorePathCommitLog)
                    : Path.Combine(root, "commitlog"),
            SegmentBytes = options.MappedFileSizeCommitLog,
            QueueFileEntries = Math.Max(1, options.MappedFileSizeConsumeQueue / 20),
            IndexSlots = options.MaxHashSlotNum,
            IndexEntries = options.MaxIndexNum,
            IndexEnabled = options.MessageIndexEnable,
            FlushMode = options.FlushDiskType == FlushDiskType.SyncFlush ? FlushMode.Sync : FlushMode.Async,
            FlushIntervalMs = options.FlushIntervalCommitLogMs,
            SyncFlushTimeoutMs = options.SyncFlushTimeoutMs,
            CleanIntervalMs = options.CleanResourceIntervalMs,
            InMemoryBytes = physical / 100 * options.AccessMessageInMemoryMaxRatio,
            StoreHost = address,
            OpenFilesMax = handles.StoreFiles,
            DelayLevelsMs = DelayLevels.Parse(options.MessageDelayLevel),
        };
        Apply(options, created);
        return created;
    }

    public static void Apply(BrokerOptions options, StoreOptions store)
    {
        store.MaxMessageBytes = options.MaxMessageSize;
        store.BusyAfterMs = options.OsPageCacheBusyTimeOutMs;
        store.FileReservedHours = options.FileReservedTimeHours;
        store.DeleteWhen = options.DeleteWhen;
        store.DiskMaxUsedPercent = options.DiskMaxUsedSpaceRatio;
        store.DiskForceCleanPercent = options.DiskSpaceCleanForciblyRatio;
        store.DiskFullPercent = options.DiskSpaceWarningLevelRatio;
        store.ForceCleanEnabled = options.CleanFileForciblyEnable;
        store.MaxTransferBytesInMemory = options.MaxTransferBytesOnMessageInMemory;
        store.MaxTransferCountInMemory = options.MaxTransferCountOnMessageInMemory;
        store.MaxTransferBytesOnDisk = options.MaxTransferBytesOnMessageInDisk;
        store.MaxTransferCountOnDisk = options.MaxTransferCountOnMessageInDisk;
    }
}
