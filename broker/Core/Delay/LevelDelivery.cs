using System.Text;
using Broker.Core.Topics;
using Broker.Protocol.Messages;
using Broker.Store;
using Broker.Store.Queues;
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

    readonly QueueEntry[] _entries = new QueueEntry[BatchMax];
    readonly DeliveryBatch _batch = new(BatchMax);
    readonly ReadResult _read = new();
    readonly Lock _progress = new();
    bool _isUnderWay;
    LogPosition _settledTo;

    /// <summary>
    /// An empty level is looked at again after its own delay: what is stored meanwhile is not due before. At most ten
    /// seconds,
    /// so that a clock that is set forward is noticed.
    /// </summary>
    TimeSpan IdleWait => TimeSpan.FromMilliseconds(Math.Clamp(policy.DelayMs(level), 1, 10_000));

    /// <summary>Messages that wait in this level.</summary>
    public long Pending => Math.Max(0, End - Delivered);

    /// <summary>Messages of the level that were delivered.</summary>
    public long Delivered => offsets[level];

    /// <summary>Messages that were ever put into the level.</summary>
    public long End => policy.QueueOf(level).MaxOffset.Value;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var wait = await TryDeliverAsync();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One unexpected failure must not end the level for good.</summary>
    async Task<TimeSpan> TryDeliverAsync()
    {
        try
        {
            return await DeliverAsync();
        }
        catch (Exception failure)
        {
            DelayLog.Failed(logger, failure, level);
            return RefusedWait;
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
            return IdleWait;
        lock (_progress)
        {
            _settledTo = store.MaxPosition;
            _isUnderWay = true;
        }
        _batch.Begin();
        var wait = Append(count, out var skips);
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
    TimeSpan Append(int count, out List<int> skips)
    {
        skips = [];
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < count; i++)
        {
            var due = policy.DueTime(level, _entries[i].TagsCode, now);
            if (due > now)
                return TimeSpan.FromMilliseconds(due - now);
            switch (Append(_entries[i]))
            {
                case AppendStatus.Accepted:
                    break;
                case AppendStatus.Illegal:
                    skips.Add(i);
                    break;
                default:
                    return RefusedWait;
            }
        }
        return TimeSpan.Zero;
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
    AppendStatus Append(in QueueEntry entry)
    {
        if (!store.TryRead(entry.Position, _read))
        {
            DelayLog.Gone(logger, level, entry.Position.Value);
            return AppendStatus.Illegal;
        }
        try
        {
            return MessageView.Read(_read.Slices[0].Bytes.Span, out var message) == MessageProblem.None
                ? Append(message)
                : AppendStatus.Illegal;
        }
        finally
        {
            _read.Release();
        }
    }

    AppendStatus Append(in MessageView message)
    {
        if (copies.TryTake(message))
            return AppendStatus.Illegal;
        if (!ParkedMessage.TryFindPlace(message, topics, store, out var queue, out _))
        {
            DelayLog.Homeless(logger, level, message.PhysicalOffset);
            return AppendStatus.Illegal;
        }
        // With all its properties, the level too: so the reference delivers it.
        var status = store.Append(ParkedMessage.In(queue, message, message.Properties), _batch.Next());
        if (status == AppendStatus.Accepted)
            return status;
        _batch.TakeBack();
        if (status == AppendStatus.Illegal)
            DelayLog.Refused(logger, level, message.PhysicalOffset);
        return status;
    }

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
