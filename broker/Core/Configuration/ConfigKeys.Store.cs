using static Broker.Core.Configuration.ConfigSection;

namespace Broker.Core.Configuration;

/// <summary>The keys of the store, and those that exist only inside Kubernetes.</summary>
public static partial class ConfigKeys
{
    static ConfigKey[] StoreKeys() =>
    [
        Text(Store, "storePathRootDir", AtStart, o => o.StorePathRootDir, (o, v) => o.StorePathRootDir = v,
            "Folder of everything that the broker keeps."),
        Text(Store, "storePathCommitLog", AtStart, o => o.StorePathCommitLog, (o, v) => o.StorePathCommitLog = v,
            "Folder of the log. Empty: commitlog in storePathRootDir."),
        Int(Store, "mappedFileSizeCommitLog", AtStart, 1024 * 1024, 1024 * 1024 * 1024,
            o => o.MappedFileSizeCommitLog, (o, v) => o.MappedFileSizeCommitLog = v,
            "Bytes of one file of the log. Fixed once the store exists."),
        Int(Store, "mappedFileSizeConsumeQueue", AtStart, 20, 1 << 30,
            o => o.MappedFileSizeConsumeQueue, (o, v) => o.MappedFileSizeConsumeQueue = v,
            "Bytes of one file of a consume queue, 20 a message. Fixed once the store exists."),
        Words(Store, "flushDiskType", AtStart,
            [("ASYNC_FLUSH", FlushDiskType.AsyncFlush), ("SYNC_FLUSH", FlushDiskType.SyncFlush)],
            o => o.FlushDiskType, (o, v) => o.FlushDiskType = v,
            "ASYNC_FLUSH answers after the write, SYNC_FLUSH after the disk has it."),
        Int(Store, "syncFlushTimeout", Live, 1, 600_000, o => o.SyncFlushTimeoutMs, (o, v) => o.SyncFlushTimeoutMs = v,
            "Milliseconds that a SYNC_FLUSH send waits before it is answered FLUSH_DISK_TIMEOUT."),
        Int(Store, "flushIntervalCommitLog", AtStart, 1, 600_000,
            o => o.FlushIntervalCommitLogMs, (o, v) => o.FlushIntervalCommitLogMs = v,
            "Milliseconds between flushes of the log with ASYNC_FLUSH."),
        Int(Store, "flushIntervalConsumeQueue", AtStart, 1, 600_000,
            o => o.FlushIntervalConsumeQueueMs, (o, v) => o.FlushIntervalConsumeQueueMs = v,
            "Milliseconds between flushes of the consume queues."),
        Int(Store, "fileReservedTime", Live, 1, 1_000_000,
            o => o.FileReservedTimeHours, (o, v) => o.FileReservedTimeHours = v,
            "Hours that messages are kept."),
        Text(Store, "deleteWhen", Live, o => o.DeleteWhen, (o, v) => o.DeleteWhen = v,
            "Hours of the day at which expired files are deleted, 04 or 04;16."),
        Int(Store, "diskMaxUsedSpaceRatio", Live, 10, 95,
            o => o.DiskMaxUsedSpaceRatio, (o, v) => o.DiskMaxUsedSpaceRatio = v,
            "Percent of the disk at which expired files are deleted at any hour."),
        Int(Store, "diskSpaceCleanForciblyRatio", Live, 10, 100,
            o => o.DiskSpaceCleanForciblyRatio, (o, v) => o.DiskSpaceCleanForciblyRatio = v,
            "Percent of the disk at which the oldest files are deleted although not expired."),
        Int(Store, "diskSpaceWarningLevelRatio", Live, 10, 100,
            o => o.DiskSpaceWarningLevelRatio, (o, v) => o.DiskSpaceWarningLevelRatio = v,
            "Percent of the disk at which sends are refused."),
        Bool(Store, "cleanFileForciblyEnable", Live,
            o => o.CleanFileForciblyEnable, (o, v) => o.CleanFileForciblyEnable = v,
            "Whether files that are not expired may be deleted when the disk is full."),
        Int(Store, "cleanResourceInterval", AtStart, 10, 86_400_000,
            o => o.CleanResourceIntervalMs, (o, v) => o.CleanResourceIntervalMs = v,
            "Milliseconds between looks at the age of files and at the disk."),
        Bool(Store, "messageIndexEnable", AtStart, o => o.MessageIndexEnable, (o, v) => o.MessageIndexEnable = v,
            "Build the index for queries by key."),
        Int(Store, "maxHashSlotNum", AtStart, 1, 100_000_000, o => o.MaxHashSlotNum, (o, v) => o.MaxHashSlotNum = v,
            "Slots of one index file. Fixed once the store exists."),
        Int(Store, "maxIndexNum", AtStart, 2, 100_000_000, o => o.MaxIndexNum, (o, v) => o.MaxIndexNum = v,
            "Entries of one index file. Fixed once the store exists."),
        Bool(Store, "checkCRCOnRecover", AtStart, o => o.CheckCrcOnRecover, (o, v) => o.CheckCrcOnRecover = v,
            "Compare the checksums of message bodies during recovery."),
    ];

    static ConfigKey[] KubernetesKeys() =>
    [
        Text(Kubernetes, "electionLease", AtStart, o => o.ElectionLease, (o, v) => o.ElectionLease = v,
            "Lease that elects the master. Empty: a static master, as outside Kubernetes."),
        Text(Kubernetes, "masterServices", AtStart, o => o.MasterServices, (o, v) => o.MasterServices = v,
            "The two Services that lead to the master, name-a,name-b."),
        Text(Kubernetes, "podService", AtStart, o => o.PodService, (o, v) => o.PodService = v,
            "The Service of this pod alone. Empty: the pod's name."),
    ];
}
