using System.Net;

namespace Broker.Store;

/// <summary>
/// The store's settings, each with the name of Apache's configuration key and its default. Those with a setter may be
/// changed while the store runs; the others are read once, at open.
/// </summary>
public sealed class StoreOptions
{
    /// <summary><c>storePathRootDir</c>: the folder of everything but the commit log.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>
    /// <c>storePathCommitLog</c>: the folder of the log's segments; <c>RootDirectory/commitlog</c> by default.
    /// </summary>
    public string CommitLogDirectory
    {
        get => field ?? Path.Combine(RootDirectory, "commitlog");
        init;
    }

    /// <summary>
    /// <c>mappedFileSizeCommitLog</c>: bytes of a log segment. A folder keeps the size that it was created with.
    /// </summary>
    public int SegmentBytes { get; init; } = 1 << 30;

    /// <summary><c>mappedFileSizeConsumeQueue</c> / 20: entries of a consume queue file.</summary>
    public int QueueFileEntries { get; init; } = 300_000;

    /// <summary><c>maxHashSlotNum</c>: slots of an index file.</summary>
    public int IndexSlots { get; init; } = 5_000_000;

    /// <summary><c>maxIndexNum</c>: entries of an index file, the first of which is never used.</summary>
    public int IndexEntries { get; init; } = 20_000_000;

    /// <summary><c>messageIndexEnable</c>: whether messages can be queried by key.</summary>
    public bool IndexEnabled { get; init; } = true;

    /// <summary><c>flushDiskType</c>.</summary>
    public FlushMode FlushMode { get; init; } = FlushMode.Async;

    /// <summary>
    /// <c>flushIntervalCommitLog</c>: ms between background flushes of an asynchronously flushed log.
    /// </summary>
    public int FlushIntervalMs { get; init; } = 500;

    /// <summary><c>syncFlushTimeout</c>: ms after which a waiting send is answered with FlushTimeout.</summary>
    public int SyncFlushTimeoutMs { get; init; } = 5_000;

    /// <summary>
    /// Ms between flushes of consume queues and index, each followed by a checkpoint: what a recovery repeats.
    /// </summary>
    public int CheckpointIntervalMs { get; init; } = 2_000;

    /// <summary>
    /// <c>maxMessageSize</c>: bytes of a whole batch. Single messages have no limit here: they may have been taken
    /// under a higher one, and whoever takes them from a client checks.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 4 << 20;

    /// <summary><c>fileReservedTime</c>: hours that a segment is kept after its last message was stored.</summary>
    public int FileReservedHours { get; set; } = 72;

    /// <summary>
    /// <c>osPageCacheBusyTimeOutMills</c>: ms that a sender waits for a buffer before it is told that the broker is
    /// busy.
    /// </summary>
    public int BusyAfterMs { get; set; } = 1_000;

    /// <summary>
    /// <c>deleteWhen</c>: hours of the day (local time) at which expired segments are deleted, as <c>04</c> or
    /// <c>04;16</c>.
    /// </summary>
    public string DeleteWhen { get; set; } = "04";

    /// <summary>
    /// <c>diskMaxUsedSpaceRatio</c>: percentage of used space beyond which expired segments go at any hour.
    /// </summary>
    public int DiskMaxUsedPercent { get; set; } = 75;

    /// <summary>
    /// <c>diskSpaceCleanForciblyRatio</c>: percentage beyond which segments go although they have not expired.
    /// </summary>
    public int DiskForceCleanPercent { get; set; } = 85;

    /// <summary><c>diskSpaceWarningLevelRatio</c>: percentage beyond which sends are refused.</summary>
    public int DiskFullPercent { get; set; } = 90;

    /// <summary>
    /// <c>cleanFileForciblyEnable</c>: whether a nearly full disk may cost segments that have not expired.
    /// </summary>
    public bool ForceCleanEnabled { get; set; } = true;

    /// <summary><c>cleanResourceInterval</c>: ms between looks at the age of segments and the disk.</summary>
    public int CleanIntervalMs { get; init; } = 10_000;

    /// <summary>
    /// <c>accessMessageInMemoryMaxRatio</c> of the physical memory, in bytes: how far behind the end counts as in
    /// memory.
    /// </summary>
    public long InMemoryBytes { get; init; } = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 0.4);

    /// <summary><c>maxTransferBytesOnMessageInMemory</c>.</summary>
    public int MaxTransferBytesInMemory { get; set; } = 256 * 1024;

    /// <summary><c>maxTransferCountOnMessageInMemory</c>.</summary>
    public int MaxTransferCountInMemory { get; set; } = 32;

    /// <summary><c>maxTransferBytesOnMessageInDisk</c>.</summary>
    public int MaxTransferBytesOnDisk { get; set; } = 64 * 1024;

    /// <summary><c>maxTransferCountOnMessageInDisk</c>.</summary>
    public int MaxTransferCountOnDisk { get; set; } = 8;

    /// <summary>The address written into messages; <see cref="MessageStore.StoreHost"/> changes it.</summary>
    public IPEndPoint StoreHost { get; init; } = new(IPAddress.Loopback, 10911);

    /// <summary>
    /// <c>messageDelayLevel</c> in ms, level 1 first. The tags code of a queue entry in <c>SCHEDULE_TOPIC_XXXX</c> is
    /// the store time plus the level's delay (protocol.md §3.5), so a recovery must know the table too.
    /// </summary>
    public IReadOnlyList<long> DelayLevelsMs { get; init; } =
    [
        1_000,
        5_000,
        10_000,
        30_000,
        60_000,
        120_000,
        180_000,
        240_000,
        300_000,
        360_000,
        420_000,
        480_000,
        540_000,
        600_000,
        1_200_000,
        1_800_000,
        3_600_000,
        7_200_000,
    ];

    /// <summary>Open files of consume queues and index at most: far below a usual <c>ulimit -n</c> of 65,536.</summary>
    public int OpenFilesMax { get; init; } = 4_096;

    /// <summary>Mapped log segments at most: 1,024 GiB of log; <c>vm.max_map_count</c> is 65,530.</summary>
    public int MappedSegmentsMax { get; init; } = 1_024;

    /// <summary>Steps after which a query by key ends with what it has found.</summary>
    internal int QueryStepsMax { get; init; } = Index.KeyQuery.StepsMaxDefault;

    /// <summary>Waiting messages that are kept in memory before they go to a file.</summary>
    internal int TimersInMemory { get; init; } = Timers.TimerIndex.InMemoryMax;

    /// <summary>
    /// When more queues than this have something to write, a checkpoint leaves out those that got it lately: so many
    /// files are written in a tenth of a second.
    /// </summary>
    internal int QueuesWrittenMax { get; init; } = 4_096;

    /// <summary>
    /// Log bytes in which a reader looks for the message of a damaged queue entry itself: some milliseconds in memory.
    /// The store's thread does the rest.
    /// </summary>
    internal long RepairedAtOnceBytes { get; init; } = 16 << 20;

    /// <summary>Whether the store's own threads run. Tests that step through its work switch them off.</summary>
    internal bool BackgroundWork { get; init; } = true;

    /// <summary>
    /// Bytes before the last checkpoint that a recovery verifies again, besides all that came after it.
    /// </summary>
    internal long VerifyTailBytes { get; init; } = 64 << 20;
}
