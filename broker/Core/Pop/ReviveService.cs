using System.Runtime.ExceptionServices;
using Broker.Store;
using Broker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Pop;

/// <summary>
/// Looks after checkpoints while this broker is the master: writes those to the revive log that are not acknowledged
/// soon, delivers again what is not acknowledged in time, and reads the log at the start.
/// <para>
/// Every checkpoint that is not done is in memory, in a heap by the time at which something is to be done with it, so a
/// beat costs as much as there is to do. The log is for the next start only.
/// </para>
/// </summary>
sealed partial class ReviveService : IAsyncDisposable
{
    /// <summary>Checkpoints that are worked on together: enough to share a write.</summary>
    const int BatchMax = 256;

    /// <summary>
    /// An acknowledgement that is on its way when the time is over still counts (the reference's interval).
    /// </summary>
    const int AckGraceMs = 1000;

    /// <summary>How long to wait when the store takes nothing.</summary>
    const int RefusedWaitMs = 1000;

    /// <summary>Much finer than the second that clients think in, and nothing to do costs nothing.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    readonly BrokerNode _node;
    readonly ReviveLog _log;
    readonly PopGroups _groups;
    readonly Retrier _retrier;
    readonly PopMeters _meters;
    readonly Action<PopGroup> _retryArrived;
    readonly ILogger _logger;
    RetryBatch _batch = new();
    readonly List<Checkpoint> _due = [];
    readonly List<Checkpoint> _reviving = [];
    readonly HashSet<PopGroup> _retried = [];
    readonly BackgroundLife _life;
    readonly FailureLog _failures;

    /// <param name="node">The broker.</param>
    /// <param name="log">The checkpoints and their log.</param>
    /// <param name="groups">Where the checkpoints of the log belong.</param>
    /// <param name="meters">Counts.</param>
    /// <param name="retryArrived">Called with the group on the topic that its consumers subscribed to.</param>
    /// <param name="logger">Takes the events of <see cref="PopLog"/>.</param>
    public ReviveService(
        BrokerNode node,
        ReviveLog log,
        PopGroups groups,
        PopMeters meters,
        Action<PopGroup> retryArrived,
        ILogger logger
    )
    {
        _node = node;
        _log = log;
        _groups = groups;
        _meters = meters;
        _retrier = new Retrier(node, meters, logger);
        _retryArrived = retryArrived;
        _logger = logger;
        _life = new BackgroundLife("Delivering unacknowledged messages again", node.Time, logger);
        _failures = new FailureLog(node.Time);
    }

    /// <summary>Whether pops are taken: the log was read and this broker is the master.</summary>
    public bool IsServing { get; private set; }

    /// <summary>Reads the log and begins.</summary>
    public void Start()
    {
        Load();
        IsServing = true;
        _life.Start(RunAsync);
    }

    /// <summary>Ends after writing every checkpoint to the log, so that the next start knows them.</summary>
    public async Task StopAsync()
    {
        IsServing = false;
        if (!await _life.StopAsync())
            return;
        foreach (var queue in _log.Queues)
            await WriteOutAsync(queue);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>When a new checkpoint is written to the log if it is not acknowledged before, ms since 1970.</summary>
    public long StoreTime(Checkpoint checkpoint) =>
        Math.Min(
            checkpoint.PopTime + _node.Options.PopCkStayBufferTimeMs,
            checkpoint.ReviveTime - _node.Options.PopCkStayBufferTimeOutMs
        );

    /// <summary>When what is not acknowledged of a checkpoint is delivered again, ms since 1970.</summary>
    public static long DueTime(Checkpoint checkpoint) => checkpoint.ReviveTime + AckGraceMs;

    async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Beat, _node.Time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var queue in _log.Queues)
                await TryStepAsync(queue);
        }
    }

    /// <summary>One unexpected failure must not end the service for good.</summary>
    async Task TryStepAsync(ReviveQueue queue)
    {
        try
        {
            while (await StepAsync(queue, _log.Now)) { }
        }
        catch (Exception failure)
        {
            if (_failures.IsDue(failure, out var unsaid))
                PopLog.Failed(_logger, failure, queue.QueueId, unsaid);
            foreach (var checkpoint in _due)
                GiveBack(queue, checkpoint);
            _reviving.Clear();
            // Its appends may still end.
            _batch = new RetryBatch();
        }
        finally
        {
            _due.Clear();
        }
    }

    void GiveBack(ReviveQueue queue, Checkpoint checkpoint)
    {
        lock (checkpoint.Queue.Gate)
        {
            if (checkpoint.State == CheckpointState.Reviving)
                checkpoint.State = CheckpointState.Stored;
            if (checkpoint is { HeapIndex: < 0, State: CheckpointState.Fresh or CheckpointState.Stored })
                queue.Schedule(checkpoint, _log.Now + RefusedWaitMs);
        }
    }

    /// <summary>Does what is due, up to a batch.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    async Task<bool> StepAsync(ReviveQueue queue, long now)
    {
        Settle(queue);
        if (queue.TryFindForeign(out var from, out var to))
            Read(queue, from, to);
        queue.TakeDue(now, _due, BatchMax);
        if (_due.Count > 0)
        {
            _batch.Begin();
            var failure = TryHandleDue(now);
            // Also after a failure: what the store has taken is counted, or the next round would store it again.
            _node.Store.EndOfBatch();
            await _batch.CompleteAsync();
            EndRevivals(queue);
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
        }
        Commit(queue);
        var more = _due.Count == BatchMax;
        _due.Clear();
        return more;
    }

    Exception? TryHandleDue(long now)
    {
        try
        {
            foreach (var checkpoint in _due)
                Handle(checkpoint, now);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    void Handle(Checkpoint checkpoint, long now)
    {
        uint acked;
        bool isFresh;
        lock (checkpoint.Queue.Gate)
        {
            if (checkpoint.State is not (CheckpointState.Fresh or CheckpointState.Stored))
                return;
            isFresh = checkpoint.State == CheckpointState.Fresh;
            checkpoint.State = isFresh ? CheckpointState.Storing : CheckpointState.Reviving;
            acked = checkpoint.Acked;
            if (isFresh)
                checkpoint.Logged = acked;
        }
        if (isFresh)
            Store(checkpoint, acked, now);
        else
            Revive(checkpoint, acked);
    }

    void Store(Checkpoint checkpoint, uint acked, long now)
    {
        if (_log.Write(checkpoint, acked, checkpoint) == AppendStatus.Accepted)
            return;
        lock (checkpoint.Queue.Gate)
        {
            if (checkpoint.State != CheckpointState.Storing)
                return;
            checkpoint.State = CheckpointState.Fresh;
            checkpoint.Revive.Schedule(checkpoint, now + RefusedWaitMs);
        }
    }

    void Revive(Checkpoint checkpoint, uint acked)
    {
        _reviving.Add(checkpoint);
        if (_groups.IsAlive(checkpoint.Queue.Group))
            _retrier.TryAppend(checkpoint, acked, _batch);
        else
            MarkAll(checkpoint);
    }

    static void MarkAll(Checkpoint checkpoint)
    {
        for (var i = 0; i < checkpoint.Messages; i++)
            checkpoint.Revived(i);
    }

    /// <summary>What is in retry topics now is done with; the rest is tried again.</summary>
    void EndRevivals(ReviveQueue queue)
    {
        foreach (var checkpoint in _reviving)
        {
            uint unlogged;
            lock (checkpoint.Queue.Gate)
            {
                if (((checkpoint.Acked | checkpoint.RevivedBits) & checkpoint.All) != checkpoint.All)
                {
                    checkpoint.State = CheckpointState.Stored;
                    queue.Schedule(checkpoint, _log.Now + RefusedWaitMs);
                    continue;
                }
                unlogged = checkpoint.All & ~checkpoint.Logged;
                checkpoint.Queue.Remove(checkpoint);
            }
            // Or a restart would deliver these once more, as long as an older checkpoint keeps the log from being
            // passed.
            if (unlogged != 0)
                _log.WriteAcks(checkpoint, unlogged, reply: null);
            queue.Forget(checkpoint);
            if (checkpoint.RevivedBits != 0)
                _retried.Add(checkpoint.Queue.Group);
        }
        _reviving.Clear();
        _node.Store.EndOfBatch();
        foreach (var group in _retried)
            _retryArrived(group);
        _retried.Clear();
    }

    /// <summary>Deals with the checkpoints whose records are in the log since the last time.</summary>
    void Settle(ReviveQueue queue)
    {
        var wrote = false;
        while (queue.TryNextAppended(out var checkpoint))
        {
            uint unlogged = 0;
            var isStored = checkpoint.Outcome is AppendStatus.Stored or AppendStatus.FlushTimeout;
            lock (checkpoint.Queue.Gate)
            {
                if (isStored)
                    unlogged = checkpoint.Acked & ~checkpoint.Logged;
                checkpoint.Logged |= unlogged;
                if (checkpoint.State == CheckpointState.Storing)
                {
                    checkpoint.State = isStored ? CheckpointState.Stored : CheckpointState.Fresh;
                    queue.Schedule(checkpoint, isStored ? DueTime(checkpoint) : _log.Now + RefusedWaitMs);
                }
                checkpoint.Queue.Advance();
            }
            if (unlogged != 0)
                _log.WriteAcks(checkpoint, unlogged, reply: null);
            wrote |= unlogged != 0;
            if (checkpoint.State == CheckpointState.Done)
                queue.Forget(checkpoint);
        }
        if (wrote)
            _node.Store.EndOfBatch();
    }

    void Commit(ReviveQueue queue)
    {
        var progress = queue.Progress();
        if (queue.Commit(progress))
            _node.Offsets.Commit(PopTopics.ReviveGroup, queue.Log.Topic.NameBytes.Span, queue.QueueId, progress);
    }
}
