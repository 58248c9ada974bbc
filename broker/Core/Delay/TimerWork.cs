using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Store;
using Broker.Store.Queues;
using Broker.Store.Timers;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>
/// The work on messages that wait for a time of day, a step at a time: take in, deliver, note how far it is. After a
/// crash nothing is lost, and nothing comes twice but what no log tells of: the copies that were delivered since the
/// last note are found in the log.
/// </summary>
sealed class TimerWork
{
    /// <summary>Messages taken in between two looks at what is due.</summary>
    const int IntakeMax = 4_096;

    /// <summary>Records merged between two looks: a few ms.</summary>
    const int MergeMax = 16_384;

    /// <summary>Bytes of log behind the last note at most, read in a tenth of a second after a crash.</summary>
    public const long UnreadMax = 64 << 20;

    /// <summary>How long to wait when the store takes nothing.</summary>
    static readonly TimeSpan RefusedWait = TimeSpan.FromMilliseconds(100);

    /// <summary>A clock that is set forward is noticed after this time.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    readonly MessageStore _store;
    readonly TimerIndex _index;
    readonly BrokerOptions _options;
    readonly TimerPolicy _policy;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly DeliveredCopies _copies = new();
    readonly TimerDelivery _delivery;
    long _notedAt;
    long _startedMs;

    public TimerWork(
        MessageStore store,
        TimerPolicy policy,
        TopicTable topics,
        BrokerOptions options,
        TimeProvider time,
        ILogger logger
    )
    {
        _store = store;
        _index = store.Timers;
        _policy = policy;
        _options = options;
        _time = time;
        _logger = logger;
        Intake = new TimerIntake(store, policy, Counts, time, logger);
        _delivery = new TimerDelivery(store, policy, topics, Counts, _copies, time, logger);
    }

    /// <summary>The waiting messages by topic.</summary>
    public TimingCounts Counts { get; } = new();

    /// <summary>What was stored and has no place yet.</summary>
    public TimerIntake Intake { get; }

    /// <summary>How late the next delivery is, in ms; 0 when nothing is due.</summary>
    public long LateMs => _index.TryPeek(out var next) ? Math.Max(0, Now() - next.DueMs) : 0;

    /// <summary>Finds out what waits. Called when this broker becomes the master, before the first step.</summary>
    public void Begin()
    {
        _index.IsActive = true;
        _startedMs = Now();
        _notedAt = _time.GetTimestamp();
        _copies.Clear();
        Intake.DeliveredElsewhere = default;
        _delivery.Reset();
        if (_index.IsNew)
            BeginAnew();
        else
            _copies.CollectWithRolled(_store, _index.DeliveredTo);
        Counts.Load(_index.Attachment.Span);
        TimerLog.Recovered(_logger, _index.Count + Intake.Behind, _copies.Count);
    }

    /// <summary>One round.</summary>
    /// <returns>How long there is nothing to do, unless more messages begin to wait.</returns>
    public async Task<TimeSpan> StepAsync()
    {
        // A recall that was acknowledged must be known before its message is due.
        var isBehind = Intake.Take(IntakeMax);
        var isTaken = await _delivery.DeliverAsync();
        if (_index.IsFull || (IsNoteOld && SinceNote >= _options.TimerFlushIntervalMs))
            Note();
        var isMerging = _index.Merge(MergeMax);
        if (!isTaken)
            return RefusedWait;
        return isBehind || isMerging ? TimeSpan.Zero : UntilNext();
    }

    /// <summary>
    /// The last note before this broker is no longer the master, and Apache's file for a folder's way back.
    /// </summary>
    public void End()
    {
        _index.IsActive = false;
        if (_index.IsChanged)
            Note();
        _store.Config.Write(TimerCheckpoint.FileName, Checkpoint().ToFile());
        _store.Config.Write("timermetrics", Counts.ToJson());
    }

    /// <summary>How far deliveries are, in Apache's terms.</summary>
    public TimerCheckpoint Checkpoint()
    {
        var next = _index.TryPeek(out var first) ? Math.Min(first.DueMs, Now()) : Now();
        return new TimerCheckpoint(
            next / _policy.PrecisionMs * _policy.PrecisionMs,
            _index.MinQueueOffset().Value,
            Counts.Version
        );
    }

    /// <summary>Also when nothing was delivered: what is behind the note is read after a crash.</summary>
    bool IsNoteOld => _index.IsChanged || _store.MaxPosition.Value - _index.DeliveredTo.Value > UnreadMax;

    double SinceNote => _time.GetElapsedTime(_notedAt).TotalMilliseconds;

    /// <summary>
    /// Without an index, as after a change from Apache: everything in the queue counts that was not delivered before.
    /// Apache's own note says what was, up to its time; the log tells of what came behind it.
    /// </summary>
    void BeginAnew()
    {
        TimerLog.Rebuilding(_logger);
        _index.Clear();
        var queue = _policy.Queue;
        if (queue.MinOffset.Value >= queue.MaxOffset.Value)
            return;
        var noted = TimerCheckpoint.Parse(_store.Config.Read(TimerCheckpoint.FileName));
        Intake.DeliveredElsewhere = noted;
        _copies.CollectRolled(_store, queue);
        _copies.Collect(_store, DeliveredSince(noted, queue));
    }

    /// <summary>Nothing that the note leaves open was delivered in front of this position.</summary>
    LogPosition DeliveredSince(in TimerCheckpoint noted, ConsumeQueue queue)
    {
        var offset = Math.Max(noted.NextOffset, queue.MinOffset.Value);
        var stored =
            offset < queue.MaxOffset.Value ? _store.StoreTimeOf(queue, new QueueOffset(offset)) : noted.ReadTimeMs;
        return _store.PositionBefore(Math.Min(noted.ReadTimeMs, stored));
    }

    /// <summary>
    /// While copies from before the start are still to be matched there is no note: a second crash must find them too.
    /// </summary>
    void Note()
    {
        if (IsSettled())
        {
            var position = _store.MaxPosition;
            _store.Sync();
            _index.Checkpoint(position, Counts.ToJson());
        }
        else
        {
            _index.Spill();
        }
        _notedAt = _time.GetTimestamp();
    }

    bool IsSettled()
    {
        if (Intake.DeliveredElsewhere == default && _copies.Count == 0)
            return true;
        if (Intake.Behind > 0 || (_index.TryPeek(out var next) && next.DueMs <= _startedMs))
            return false;
        _copies.Clear();
        Intake.DeliveredElsewhere = default;
        return true;
    }

    TimeSpan UntilNext()
    {
        var wait = LongestWait;
        if (_index.TryPeek(out var next))
            wait = Shorter(wait, next.DueMs - Now());
        if (_index.IsChanged)
            wait = Shorter(wait, _options.TimerFlushIntervalMs - SinceNote);
        return wait;
    }

    static TimeSpan Shorter(TimeSpan wait, double ms) =>
        TimeSpan.FromMilliseconds(Math.Clamp(ms, 0, wait.TotalMilliseconds));

    long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
