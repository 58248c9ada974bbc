using System.Diagnostics.Metrics;
using System.Net;
using Broker.Store.Files;
using Broker.Store.Index;
using Broker.Store.Log;
using Broker.Store.Queues;
using Broker.Store.Recovery;
using Broker.Store.Retention;
using Broker.Store.Timers;
using Broker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Broker.Store;

/// <summary>
/// The messages of one broker on disk, in Apache's layout (protocol.md §3). Appends go through <see cref="Append"/> and
/// <see cref="EndOfBatch"/>, reads through <see cref="Read"/>; every method may be called from any thread.
/// </summary>
public sealed partial class MessageStore : IDisposable
{
    /// <summary>Messages that may wait for replicas: some 100 bytes of memory each.</summary>
    public const int UnconfirmedMax = 100_000;

    readonly ILogger _logger;
    readonly IFileSystem _files;
    readonly StoreMeters _meters;
    readonly TimeProvider _time;
    readonly StoreFolder _folder;
    readonly FileCache _cache;
    readonly FailureLog _handleFailures;
    readonly SegmentList _segments;
    readonly LogReader _reader;
    readonly QueueTable _queues;
    readonly QueueReader _queueReader;
    readonly QueueRepair _repair;
    readonly CommitLog _log;
    readonly Delivery _delivery;
    readonly LogWriter _writer;
    readonly KeyIndex? _index;
    readonly Checkpointer _checkpointer;
    readonly Cleaner _cleaner;
    readonly List<BackgroundWorker> _workers = [];
    readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly SegmentAllocator _allocator;
    readonly PageWarmer _warmer;
    readonly Lock _lifeGate = new();
    volatile bool _areQueuesStuck;
    bool _isClosed;

    MessageStore(
        StoreOptions options,
        IFileSystem files,
        TimeProvider time,
        ILogger logger,
        IMeterFactory meterFactory,
        StoreFolder folder
    )
    {
        Options = options;
        _logger = logger;
        _files = files;
        _meters = new StoreMeters(meterFactory, time);
        _time = time;
        _openedAt = time.GetTimestamp();
        _folder = folder;
        Config = new ConfigFolder(files, options.RootDirectory, logger);
        var recovered = new LogRecovery(options, files, logger).Recover(folder.WasClean);
        var tagsCodes = new TagsCodes(options.DelayLevelsMs);
        _handleFailures = new FailureLog(time);
        _cache = new FileCache(files, options.OpenFilesMax, folder.Spares(), NoteOutOfHandles);
        _segments = recovered.Segments;
        _segments.Undeleted = (path, e) => StoreEvents.CannotDelete(logger, path, e);
        _delivery = new Delivery(
            _meters,
            time,
            logger,
            () => Arrived,
            batch => _log!.ReturnBatch(batch),
            FailToShow,
            recovered.End
        );
        _reader = new LogReader(_segments, recovered.Damage, recovered.VerifiedFrom, () => _delivery.ConfirmedPosition);
        _queues = OpenQueues(recovered, tagsCodes);
        _repair = new QueueRepair(_reader, tagsCodes, options.RepairedAtOnceBytes);
        _queueReader = new QueueReader(_reader, _repair, options);
        ReplayFrom = Replay(recovered);
        _log = new CommitLog(options, _segments, tagsCodes, recovered.End, recovered.LastStoreTimestamp, time);
        _index = options.IndexEnabled ? new KeyIndex(options, files, _cache, _reader, recovered, time, logger) : null;
        _allocator = new SegmentAllocator(_segments, _log, logger);
        _warmer = new PageWarmer(_segments);
        _writer = CreateWriter(recovered.End);
        _checkpointer = new Checkpointer(
            options,
            files,
            _writer,
            _delivery,
            _queues,
            _index,
            _reader,
            recovered.Checkpoint,
            time,
            FailToSyncQueues
        );
        Timers = OpenTimers(recovered.End);
        _cleaner = new Cleaner(options, files, _segments, _reader, _log, PinnedPosition, RemoveExpired, time, logger);
        AddGauges();
    }

    /// <summary>The settings.</summary>
    public StoreOptions Options { get; }

    /// <summary>The address written into messages from now on.</summary>
    public IPEndPoint StoreHost
    {
        get => _log.StoreHost;
        set => _log.StoreHost = value;
    }

    /// <summary>Called for every message that becomes readable. Set it before the first append.</summary>
    public ArrivalHandler? Arrived { get; set; }

    /// <summary>
    /// Faults when the log could not be written: the exception says why. The host must end the process.
    /// </summary>
    public Task Failure => _failure.Task;

    /// <summary>The folder of topics, groups and offsets.</summary>
    public ConfigFolder Config { get; }

    /// <summary>Whether the last one that used the folder left it in an orderly way.</summary>
    public bool WasClean => _folder.WasClean;

    /// <summary>The messages that wait for a time of day.</summary>
    public TimerIndex Timers { get; }

    /// <summary>From where the last start built queue entries again; for those who report it.</summary>
    public LogPosition ReplayFrom { get; }

    /// <summary>
    /// Sends are acknowledged, and messages readable, only below this position: the lowest end of all replicas that
    /// must have them. The largest number, which is the start value, leaves it to the own disk.
    /// </summary>
    public LogPosition ConfirmedLimit
    {
        get => new(_delivery.Limit);
        set => _delivery.Limit = value.Value;
    }

    /// <summary>Opens the folder, recovers what a crash left behind and starts the store's threads.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="files">Where the files are.</param>
    /// <param name="time">The clock of messages, intervals and retention.</param>
    /// <param name="logger">Takes the events 1000 to 1999.</param>
    /// <param name="meters">Makes the instruments <c>rocketmq_storage_*</c>.</param>
    /// <exception cref="StoreException">The folder is in use by another process or cannot be used.</exception>
    public static MessageStore Open(
        StoreOptions options,
        IFileSystem files,
        TimeProvider time,
        ILogger logger,
        IMeterFactory meters
    )
    {
        var started = time.GetTimestamp();
        var folder = StoreFolder.Enter(files, options.RootDirectory);
        try
        {
            var store = new MessageStore(options, files, time, logger, meters, folder);
            folder.MarkInUse();
            store.StartWorkers();
            StoreEvents.Opened(
                logger,
                (long)time.GetElapsedTime(started).TotalMilliseconds,
                store.MinPosition.Value,
                store.MaxPosition.Value,
                store.ReplayFrom.Value,
                folder.WasClean
            );
            return store;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not StoreException))
        {
            folder.Dispose();
            throw new StoreException($"The store {options.RootDirectory} cannot be opened: {e.Message}", e);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The topic of a name; no folder is made before its first message.</summary>
    public TopicLog Topic(string name) => _queues.Topic(name);

    /// <summary>Topics that have a folder or were used since the store was opened.</summary>
    public IReadOnlyCollection<string> TopicNames() => _queues.Names();

    /// <summary>
    /// Forgets a topic and deletes its queue folders; its messages leave with their segments. Its queues must not be
    /// used any more; under the same name offsets begin at 0 again.
    /// </summary>
    public void DeleteTopic(string name)
    {
        EndOfBatch();
        if (!_queues.Delete(name))
            return;
        // A recovery must not bring the queues back from the log.
        _checkpointer.Write(always: true);
        StoreEvents.TopicDeleted(_logger, name);
    }

    /// <summary>
    /// Deletes the segments that have expired, at once and whatever hours are set for it; returns how many went.
    /// </summary>
    public int DeleteExpired() => _cleaner.Clean(atAnyHour: true);

    /// <summary>Deletes the files of queues and index that lead only to segments that are gone.</summary>
    public void DeleteExpiredQueues() => _cleaner.CleanQueues();

    /// <summary>
    /// Places a message in the log's buffer. Call <see cref="EndOfBatch"/> after the last of those that arrived
    /// together. Never waits: Busy says that the disk does not keep up; <see cref="RoomMade"/> tells when to try again.
    /// </summary>
    public AppendStatus Append(in AppendRequest request, AppendCompletion completion)
    {
        if (request.Queue.IsDeleted)
            return Append(request with { Queue = Reopened(request.Queue) }, completion);
        var status = IsCrowded ? AppendStatus.Busy : _log.TryAppend(request, completion);
        if (status == AppendStatus.Busy && TryMakeRoom())
            status = _log.TryAppend(request, completion);
        return status == AppendStatus.Accepted ? status : NotStored(status);
    }

    /// <summary>
    /// Appends the parts of an encoded batch (protocol.md §3.6): consecutive offsets, one segment, one completion.
    /// </summary>
    public AppendStatus AppendBatch(in AppendRequest request, AppendCompletion completion)
    {
        if (request.Queue.IsDeleted)
            return AppendBatch(request with { Queue = Reopened(request.Queue) }, completion);
        var status = IsCrowded ? AppendStatus.Busy : _log.TryAppendBatch(request, completion);
        if (status == AppendStatus.Busy && TryMakeRoom())
            status = _log.TryAppendBatch(request, completion);
        return status == AppendStatus.Accepted ? status : NotStored(status);
    }

    /// <summary>Appends one message and awaits its outcome. For the broker's own messages: it allocates.</summary>
    public Task<AppendResult> AppendAsync(in AppendRequest request)
    {
        var append = new AwaitedAppend();
        var status = Append(request, append);
        if (status != AppendStatus.Accepted)
            return Task.FromResult(new AppendResult(status, default, default, 0));
        EndOfBatch();
        return append.Task;
    }

    /// <summary>Has what was gathered written: by this thread, unless another one is at it already.</summary>
    public void EndOfBatch() => _writer.Drive();

    LogWriter CreateWriter(long end) =>
        new(
            _log,
            _segments,
            _delivery,
            WrittenTo,
            () => RoomMade?.Invoke(),
            () => RoundEnded?.Invoke(),
            Options,
            end,
            _meters,
            FailToWrite
        );

    QueueTable OpenQueues(RecoveredLog recovered, TagsCodes tagsCodes) =>
        new(Options, _files, _cache, _reader, recovered, tagsCodes, _time, _logger, NoteQueuesWritable);

    AppendStatus NotStored(AppendStatus status)
    {
        _meters.NotStored();
        return status;
    }

    /// <summary>
    /// The sender looked the queue up before its topic was deleted; the message begins the topic anew.
    /// </summary>
    ConsumeQueue Reopened(ConsumeQueue deleted) => Topic(deleted.Topic.Name).Queue(deleted.QueueId);
}
