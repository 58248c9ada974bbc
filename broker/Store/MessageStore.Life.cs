using Broker.Store.Recovery;
using Broker.Telemetry;

namespace Broker.Store;

/// <content>The store's threads, its end and its failure.</content>
public sealed partial class MessageStore
{
    /// <summary>Late senders are looked for this often: a tenth of the usual time limit.</summary>
    const int LateIntervalMs = 500;

    /// <summary>One line in the log for so long tells of a disk that hangs.</summary>
    static readonly TimeSpan LateLogInterval = TimeSpan.FromSeconds(10);

    readonly List<AppendCompletion> _late = [];
    long _lateUnsaid;
    long? _lateSaidAt;
    long _outOfHandles;

    /// <summary>
    /// False: the disk does not keep up, and the next append would most likely find no room for its message.
    /// </summary>
    public bool HasRoom => !_log.IsShort && !IsCrowded;

    /// <summary>
    /// Called when messages may find room again, from the thread that made it. It must neither block nor throw.
    /// </summary>
    public Action? RoomMade { get; set; }

    /// <summary>
    /// Called when a thread that has just completed appends goes on to write others': what it gathered of answers
    /// should leave first. It must not throw.
    /// </summary>
    public Action? RoundEnded { get; set; }

    bool IsCrowded => _delivery.Unconfirmed > UnconfirmedMax;

    /// <summary>Makes everything that was appended durable, with queues, index and checkpoint.</summary>
    public void Flush()
    {
        EndOfBatch();
        _index?.CatchUp();
        _checkpointer.Write(always: true);
    }

    /// <summary>Used part of the log's volume, from 0 to 1.</summary>
    public double DiskUsedRatio => _files.Space(Options.CommitLogDirectory).UsedRatio;

    /// <summary>How the store does at this moment.</summary>
    public StoreFigures Figures() =>
        new(
            _meters.Messages,
            _meters.Bytes,
            _writer.WrittenPosition - _writer.DurablePosition,
            _writer.WrittenPosition - _delivery.DeliveredPosition,
            DiskUsedRatio,
            _meters.PutWaitMsMax,
            _delivery.Unconfirmed,
            _meters.WritingMs,
            _meters.ReadMsMax,
            _meters.Refused,
            _meters.PutTimes
        );

    /// <summary>Refuses appends, flushes everything and removes the mark of an unclean end.</summary>
    public void Dispose()
    {
        lock (_lifeGate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
        }

        _log.Close();
        foreach (var worker in _workers)
            worker.Dispose();
        _writer.Dispose();
        try
        {
            if (!_failure.Task.IsFaulted)
            {
                _writer.WriteRest();
                _delivery.Abandon();
                _index?.CatchUp();
                _checkpointer.Write(always: true);
                _folder.Leave();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            FailToWrite(e);
        }
        finally
        {
            _index?.Dispose();
            Timers.Dispose();
            _cache.Dispose();
            _segments.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>Makes the log durable, as every flush interval does.</summary>
    internal void FlushLog() => _writer.Sync();

    /// <summary>Writes queues and index out and notes how far they are.</summary>
    internal void WriteCheckpoint() => _checkpointer.Write(always: false);

    /// <summary>The same unless it is too early, as every checkpoint interval does.</summary>
    internal void WriteRegularCheckpoint() => _checkpointer.WriteRegular();

    /// <summary>Deletes what has expired, as every cleaning interval does; returns how many segments went.</summary>
    internal int Clean() => _cleaner.Clean();

    /// <summary>Answers senders whose time is up, as it is done twice a second.</summary>
    internal void AnswerLate()
    {
        var since = Now() - Options.SyncFlushTimeoutMs;
        // In the order of the log.
        _lateUnsaid += _delivery.AnswerWaitingSince(since);
        _log.TakeLate(since, _late);
        foreach (var completion in _late)
            _delivery.Answer(completion, AppendStatus.FlushTimeout);
        _lateUnsaid += _late.Count;
        _late.Clear();
        if (_lateUnsaid == 0 || (_lateSaidAt is { } at && _time.GetElapsedTime(at) < LateLogInterval))
            return;
        StoreEvents.DiskLate(_logger, _lateUnsaid, Options.SyncFlushTimeoutMs);
        _lateUnsaid = 0;
        _lateSaidAt = _time.GetTimestamp();
    }

    /// <summary>Allocates the next segment if it is time, as the allocating thread does.</summary>
    internal void EnsureSegment() => _allocator.Allocate();

    /// <summary>Ends without flushing anything, as a kill does; for tests of recoveries.</summary>
    internal void Abort()
    {
        lock (_lifeGate)
            _isClosed = true;
        _log.Close();
        foreach (var worker in _workers)
            worker.Dispose();
        _writer.Dispose();
        Timers.Dispose();
        _cache.Dispose();
        _segments.Dispose();
        _folder.Dispose();
    }

    /// <summary>Writes what was gathered, unless another thread is at it: nobody is waited for.</summary>
    bool TryMakeRoom()
    {
        EndOfBatch();
        _allocator.Request();
        return HasRoom || (!Options.BackgroundWork && !IsCrowded);
    }

    void WrittenTo(long position)
    {
        _allocator.Reached(position);
        _warmer.Reached(position);
    }

    void FailToWrite(Exception exception) => Fail("The log cannot be written", exception);

    void FailToShow(Exception exception) => Fail("Stored messages cannot be shown to their queues", exception);

    void FailToSyncQueues(Exception exception) => Fail("The consume queues cannot be made durable", exception);

    void Fail(string what, Exception exception)
    {
        _log.Close();
        StoreEvents.Failed(_logger, what, exception);
        _failure.TrySetException(new StoreException($"{what}: {exception.Message}", exception));
    }

    void NoteOutOfHandles(IOException failure)
    {
        Interlocked.Increment(ref _outOfHandles);
        if (_handleFailures.IsDue(failure, out var unsaid))
            StoreEvents.OutOfHandles(_logger, failure, unsaid);
    }

    LogPosition Replay(RecoveredLog recovered)
    {
        var from = recovered.ReplayFrom;
        if (_queues.IsEmptyOnDisk && from > recovered.Segments.MinPosition)
        {
            StoreEvents.QueuesLost(_logger);
            from = recovered.Segments.MinPosition;
        }

        _reader.Scan(from, recovered.End, _queues.Replay);
        _queues.EndReplay(from);
        return new LogPosition(from);
    }

    void NoteQueuesWritable(IOException? failure)
    {
        if (failure != null && !_areQueuesStuck)
            StoreEvents.QueuesStuck(_logger, failure);
        if (failure != null || _areQueuesStuck)
            _log.ShowQueuesStuck(failure != null);
        _areQueuesStuck = failure != null;
    }

    void RemoveExpired()
    {
        _queues.RemoveExpired();
        _index?.RemoveExpired();
    }

    void StartWorkers()
    {
        if (!Options.BackgroundWork)
            return;
        // Flush and checkpoint share a lock, but a long write of queues must not delay the flush of the log.
        Start("store-flush", Options.FlushIntervalMs, FlushLog);
        // A thread of its own: it has to answer while all that write are kept waiting.
        Start("store-late", LateIntervalMs, AnswerLate);
        Start("store-checkpoint", Options.CheckpointIntervalMs, WriteRegularCheckpoint);
        Start("store-clean", Options.CleanIntervalMs, () => Clean()).Ask();
        var allocator = Start(
            "store-allocate",
            1_000,
            () =>
            {
                if (!_allocator.Allocate())
                    return;
                _log.ShowRoom();
                RoomMade?.Invoke();
            }
        );
        _allocator.Ask = allocator.Ask;
        _warmer.Ask = Start("store-warm", Timeout.Infinite, () => _warmer.Warm(_log.EndPosition), isLow: true).Ask;
        _repair.Ask = Start("store-repair", Timeout.Infinite, _repair.SettleWaiting).Ask;
        _queues.AskWriter = Start("store-queues", Timeout.Infinite, WriteFillingQueues).Ask;
        if (_index != null)
            Start("store-index", 200, _index.CatchUp);
    }

    BackgroundWorker Start(string name, int intervalMs, Action work, bool isLow = false)
    {
        var failures = new FailureLog(_time);
        var worker = new BackgroundWorker(
            name,
            intervalMs,
            _time,
            work,
            e =>
            {
                if (failures.IsDue(e, out var unsaid))
                    StoreEvents.BackgroundWorkFailed(_logger, name, e, unsaid);
            },
            isLow
        );
        _workers.Add(worker);
        return worker;
    }

    void WriteFillingQueues()
    {
        try
        {
            _queues.WriteFilling();
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException))
        {
            FailToShow(e);
        }
    }

    void AddGauges()
    {
        _meters.Gauge(
            "rocketmq_storage_flush_behind_bytes",
            () => _writer.WrittenPosition - _writer.DurablePosition,
            "Bytes in the page cache that would not survive a power cut."
        );
        _meters.Gauge(
            "rocketmq_storage_dispatch_behind_bytes",
            () => _writer.WrittenPosition - _delivery.DeliveredPosition,
            "Bytes in the log that no consumer sees yet."
        );
        _meters.Gauge(
            "rocketmq_storage_size",
            () => MaxPosition.Value - MinPosition.Value,
            "Bytes of log between the oldest message and the end."
        );
        _meters.Gauge(
            "rocketmq_storage_max_position",
            () => MaxPosition.Value,
            "The log's end, in bytes since its beginning."
        );
        _meters.Gauge(
            "rocketmq_storage_unconfirmed_messages",
            () => _delivery.Unconfirmed,
            "Messages that are stored here and not yet by all replicas that must have them."
        );
        _meters.Counter(
            "rocketmq_storage_damaged_places_total",
            () => _reader.Damage.Places,
            "Damaged places of the log that were met since the start; the messages in them are skipped."
        );
        _meters.Counter(
            "rocketmq_storage_damaged_queue_entries_total",
            () => _reader.Damage.Entries,
            "Queue entries that did not lead to their message; those that the log has a message for were rebuilt."
        );
        _meters.Counter(
            "rocketmq_storage_out_of_handles_total",
            () => Interlocked.Read(ref _outOfHandles),
            "Times that no file could be opened because the process had no handle left."
        );
        _meters.Gauge("rocketmq_storage_open_files", () => _cache.OpenCount, "Open files of consume queues and index.");
        _meters.Gauge(
            "rocketmq_storage_message_reserve_time",
            () => EarliestStoreTime is > 0 and var oldest ? Math.Max(0, Now() - oldest) : 0,
            "Age of the oldest message, in ms; 0 without one."
        );
    }

    long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
