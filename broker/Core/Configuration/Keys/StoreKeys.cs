using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>Files, flushing and retention.</summary>
static class StoreKeys
{
    public static readonly ConfigKey[] All =
    [
        Text(
            Storage,
            "storePathRootDir",
            AtStart,
            o => o.StorePathRootDir,
            (o, v) => o.StorePathRootDir = v,
            "Folder of everything that the broker keeps."
        ),
        Text(
            Storage,
            "storePathCommitLog",
            AtStart,
            o => o.StorePathCommitLog,
            (o, v) => o.StorePathCommitLog = v,
            "Folder of the log. Empty: commitlog in storePathRootDir."
        ),
        Int(
            Storage,
            "mappedFileSizeCommitLog",
            AtStart,
            1024 * 1024,
            1024 * 1024 * 1024,
            o => o.MappedFileSizeCommitLog,
            (o, v) => o.MappedFileSizeCommitLog = v,
            "Bytes of one file of the log. Fixed once the store exists."
        ),
        Int(
            Storage,
            "mappedFileSizeConsumeQueue",
            AtStart,
            20,
            1 << 30,
            o => o.MappedFileSizeConsumeQueue,
            (o, v) => o.MappedFileSizeConsumeQueue = v,
            "Bytes of one file of a consume queue, 20 a message. Fixed once the store exists."
        ),
        Words(
            Storage,
            "flushDiskType",
            AtStart,
            [("ASYNC_FLUSH", FlushDiskType.AsyncFlush), ("SYNC_FLUSH", FlushDiskType.SyncFlush)],
            o => o.FlushDiskType,
            (o, v) => o.FlushDiskType = v,
            "ASYNC_FLUSH answers after the write, SYNC_FLUSH after the disk has it."
        ),
        Int(
            Storage,
            "syncFlushTimeout",
            Live,
            1,
            600_000,
            o => o.SyncFlushTimeoutMs,
            (o, v) => o.SyncFlushTimeoutMs = v,
            "Milliseconds that a SYNC_FLUSH send waits before it is answered FLUSH_DISK_TIMEOUT."
        ),
        Int(
            Storage,
            "flushIntervalCommitLog",
            AtStart,
            1,
            600_000,
            o => o.FlushIntervalCommitLogMs,
            (o, v) => o.FlushIntervalCommitLogMs = v,
            "Milliseconds between flushes of the log with ASYNC_FLUSH."
        ),
        Int(
            Storage,
            "flushIntervalConsumeQueue",
            AtStart,
            1,
            600_000,
            o => o.FlushIntervalConsumeQueueMs,
            (o, v) => o.FlushIntervalConsumeQueueMs = v,
            "Milliseconds between flushes of the consume queues."
        ),
        Int(
            Storage,
            "fileReservedTime",
            Live,
            1,
            1_000_000,
            o => o.FileReservedTimeHours,
            (o, v) => o.FileReservedTimeHours = v,
            "Hours that messages are kept."
        ),
        Checked(
            Storage,
            "deleteWhen",
            Live,
            o => o.DeleteWhen,
            (o, v) => o.DeleteWhen = v,
            v =>
                v.Split(';').All(h => int.TryParse(h, out var hour) && hour is >= 0 and < 24)
                    ? null
                    : "hours from 00 to 23, separated by semicolons",
            "Hours of the day at which expired files are deleted, 04 or 04;16."
        ),
        Int(
            Storage,
            "diskMaxUsedSpaceRatio",
            Live,
            10,
            95,
            o => o.DiskMaxUsedSpaceRatio,
            (o, v) => o.DiskMaxUsedSpaceRatio = v,
            "Percent of the disk at which expired files are deleted at any hour."
        ),
        Int(
            Storage,
            "diskSpaceCleanForciblyRatio",
            Live,
            10,
            100,
            o => o.DiskSpaceCleanForciblyRatio,
            (o, v) => o.DiskSpaceCleanForciblyRatio = v,
            "Percent of the disk at which the oldest files are deleted although not expired."
        ),
        Int(
            Storage,
            "diskSpaceWarningLevelRatio",
            Live,
            10,
            100,
            o => o.DiskSpaceWarningLevelRatio,
            (o, v) => o.DiskSpaceWarningLevelRatio = v,
            "Percent of the disk at which sends are refused."
        ),
        Bool(
            Storage,
            "cleanFileForciblyEnable",
            Live,
            o => o.CleanFileForciblyEnable,
            (o, v) => o.CleanFileForciblyEnable = v,
            "Whether files that are not expired may be deleted when the disk is full."
        ),
        Int(
            Storage,
            "cleanResourceInterval",
            AtStart,
            10,
            86_400_000,
            o => o.CleanResourceIntervalMs,
            (o, v) => o.CleanResourceIntervalMs = v,
            "Milliseconds between looks at the age of files and at the disk."
        ),
        Bool(
            Storage,
            "messageIndexEnable",
            AtStart,
            o => o.MessageIndexEnable,
            (o, v) => o.MessageIndexEnable = v,
            "Build the index for queries by key."
        ),
        Int(
            Storage,
            "maxHashSlotNum",
            AtStart,
            1,
            100_000_000,
            o => o.MaxHashSlotNum,
            (o, v) => o.MaxHashSlotNum = v,
            "Slots of one index file. Fixed once the store exists."
        ),
        Int(
            Storage,
            "maxIndexNum",
            AtStart,
            2,
            100_000_000,
            o => o.MaxIndexNum,
            (o, v) => o.MaxIndexNum = v,
            "Entries of one index file. Fixed once the store exists."
        ),
        Bool(
            Storage,
            "checkCRCOnRecover",
            AtStart,
            o => o.CheckCrcOnRecover,
            (o, v) => o.CheckCrcOnRecover = v,
            "Compare the checksums of message bodies during recovery."
        ),
    ];
}
