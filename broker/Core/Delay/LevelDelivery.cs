using System.Text;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
using Broker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>
/// Delivers the messages of one level in the order they were stored. It looks at the first that is not delivered yet
/// and sleeps until that is due, so a million pending messages cost no more than one.
/// </summary>
sealed class LevelDelivery(
    int level,
    DelayPolicy policy,
    DelayOffsets offsets,
    DeliveredCopies copies,
    MessageStore store,
    TopicTable topics,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>
    /// Deliveries that are written together: enough to share a write, few enough to be repeated after a crash.
    /// </summary>
    const int BatchMax = 64;

    /// <summary>How long to wait when the store takes nothing.</summary>
    static readonly TimeSpan RefusedWait = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to wait after an unexpected failure: a file that cannot be opened, above all.</summary>
    static readonly TimeSpan FailedWait = TimeSpan.FromSeconds(1);

    /// <summary>A clock that is set forward is noticed after this time.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Clocks are corrected by less without anybody being interested.</summary>
    const int NoticedMs = 1_000;

    readonly QueueEntry[] _entries = new QueueEntry[BatchMax];
    readonly DeliveryBatch _batch = new(BatchMax);
    readonly ReadResult _read = new();
    readonly FailureLog _failures = new(time);
    readonly Lock _progress = new();
    bool _isUnderWay;
    LogPosition _settledTo;

    /// <summary>
    /// Entries in front of this offset that claim to be due too late are due at <see cref="_aheadDue"/>.
    /// </summary>
    long _aheadTo;
    long _aheadDue;

    /// <summary>
    /// An empty level is looked at again after its own delay: what is stored meanwhile is not due before.
    /// </summary>
    TimeSpan IdleWait => Shorter(Math.Max(1, policy.DelayMs(level)));

    /// <summary>Messages that wait in this level.</summary>
    public long Pending => Math.Max(0, End - Delivered);

    /// <summary>Messages of the level that were delivered.</summary>
    public long Delivered => offsets[level];

    /// <summary>Messages that were ever put into the level.</summary>
    public long End => policy.QueueOf(level).MaxOffset.Value;

    /// <summary>Everything that was due was looked at since this was set to false.</summary>
    public bool HasCaughtUp { get; set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var wait = await StepAsync();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round. A failure must not end the level for good.</summary>
    /// <returns>How long there is nothing to do.</returns>
    internal async Task<TimeSpan> StepAsync()
    {
        try
        {
            return await DeliverAsync();
        }
        catch (Exception failure)
        {
            Report(failure);
            return FailedWait;
        }
    }

    /// <summary>Delivers what is due, up to a batch.</summary>
    /// <returns>How long there is nothing to do.</returns>
    async Task<TimeSpan> DeliverAsync()
    {
        var queue = policy.QueueOf(level);
        var offset = Correct(queue);
        var count = store.ReadEntries(queue, new QueueOffset(offset), _entries);
        if (count == 0)
        {
            HasCaughtUp = true;
            return IdleWait;
        }
        lock (_progress)
        {
            _settledTo = store.MaxPosition;
            _isUnderWay = true;
        }
        _batch.Begin();
        var wait = Append(offset, count, out var skips);
        // Also after a failure: what the store has taken is counted, or the next round would store it again.
        store.EndOfBatch();
        var stored = await _batch.CompleteAsync();
        lock (_progress)
        {
            offsets[level] = offset + After(stored, skips);
            _isUnderWay = false;
        }
        return wait;
    }

    /// <summary>The offset of the level knows of all its deliveries in front of this log position.</summary>
    public LogPosition SettledTo()
    {
        lock (_progress)
            return _isUnderWay ? _settledTo : store.MaxPosition;
    }

    /// <summary>
    /// Appends the due ones of the first <paramref name="count"/> entries; skipped ones are marked by their number.
    /// </summary>
    TimeSpan Append(long offset, int count, out List<int> skips)
    {
        skips = [];
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < count; i++)
        {
            var due = DueTime(offset + i, _entries[i].TagsCode, now);
            // A clock that was ahead may have made due again what was delivered before a crash.
            switch (
                due <= now || copies.Count > 0
                    ? TryAppend(offset + i, _entries[i], isDue: due <= now)
                    : AppendStatus.Busy
            )
            {
                case AppendStatus.Busy when due > now:
                    HasCaughtUp = true;
                    return Shorter(due - now);
                case AppendStatus.Accepted:
                    break;
                case AppendStatus.Illegal:
                    skips.Add(i);
                    break;
                case AppendStatus.Closed:
                    return FailedWait;
                default:
                    return RefusedWait;
            }
        }
        return TimeSpan.Zero;
    }

    /// <summary>
    /// When an entry is due, ms since 1970. One that claims to be due later than its level allows was stored while the
    /// clock was ahead, or with other levels: it waits as long as the level says, from when it is noticed, together
    /// with all that the level holds by then.
    /// </summary>
    long DueTime(long offset, long claimed, long now)
    {
        var latest = now + policy.DelayMs(level);
        if (claimed > latest && (offset >= _aheadTo || _aheadDue > latest))
        {
            (_aheadTo, _aheadDue) = (End, latest);
            if (claimed - latest > NoticedMs)
                DelayLog.Ahead(logger, level, _aheadTo, latest - now);
        }
        return offset < _aheadTo ? Math.Min(claimed, _aheadDue) : claimed;
    }

    /// <summary>Closed stands for a failure: the message waits where it is. One that is not due is busy.</summary>
    AppendStatus TryAppend(long offset, in QueueEntry entry, bool isDue)
    {
        try
        {
            return Append(offset, entry, isDue);
        }
        catch (Exception failure)
        {
            Report(failure);
            return AppendStatus.Closed;
        }
    }

    /// <summary>
    /// How many entries are done: the stored ones, and the skipped ones before and directly behind them.
    /// </summary>
    static int After(int stored, List<int> skips)
    {
        var done = stored;
        foreach (var skip in skips)
        {
            if (skip > done)
                break;
            done++;
        }
        return done;
    }

    /// <summary>Illegal means that the message can never be delivered and is left out.</summary>
    AppendStatus Append(long offset, in QueueEntry entry, bool isDue)
    {
        if (!store.TryRead(policy.QueueOf(level), new QueueOffset(offset), entry, _read))
        {
            DelayLog.Gone(logger, level, entry.Position.Value);
            return AppendStatus.Illegal;
        }
        try
        {
            return MessageView.Read(_read.Slices[0].Bytes.Span, out var message) == MessageProblem.None
                ? Append(message, isDue)
                : AppendStatus.Illegal;
        }
        finally
        {
            _read.Release();
        }
    }

    AppendStatus Append(in MessageView message, bool isDue)
    {
        if (copies.TryTake(message))
            return AppendStatus.Illegal;
        if (!isDue)
            return AppendStatus.Busy;
        if (!ParkedMessage.TryFindPlace(message, topics, store, out var queue, out _))
        {
            DelayLog.Homeless(logger, level, message.PhysicalOffset);
            return AppendStatus.Illegal;
        }
        // With all its properties, the level too: so the reference delivers it.
        var status = _batch.Append(store, ParkedMessage.In(queue, message, message.Properties));
        if (status == AppendStatus.Illegal)
            DelayLog.Refused(logger, level, message.PhysicalOffset);
        return status;
    }

    void Report(Exception failure)
    {
        if (_failures.IsDue(failure, out var unsaid))
            DelayLog.Failed(logger, failure, level, unsaid);
    }

    static TimeSpan Shorter(long ms) => TimeSpan.FromMilliseconds(Math.Min(ms, (long)LongestWait.TotalMilliseconds));

    /// <summary>
    /// Retention may have deleted what was not delivered; a file from another broker may be ahead of the queue.
    /// </summary>
    long Correct(ConsumeQueue queue)
    {
        var offset = Math.Clamp(
            offsets[level],
            queue.MinOffset.Value,
            Math.Max(queue.MinOffset.Value, queue.MaxOffset.Value)
        );
        if (offset != offsets[level])
        {
            DelayLog.Corrected(logger, level, offsets[level], offset);
            offsets[level] = offset;
        }
        return offset;
    }
}
