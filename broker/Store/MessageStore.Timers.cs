using Broker.Store.Log;
using Broker.Store.Timers;

namespace Broker.Store;

/// <content>What messages that wait for their time need of the store.</content>
public sealed partial class MessageStore
{
    /// <summary>
    /// How long after its start a store keeps waiting messages although nobody delivers them: a broker that is to
    /// deliver them has begun to by then, and one that is not must not fill its disk.
    /// </summary>
    static readonly TimeSpan PinnedAfterOpen = TimeSpan.FromMinutes(10);

    readonly long _openedAt;

    /// <summary>
    /// Makes what was appended so far durable, and only that; returns the end of it. Includes messages that were
    /// answered late and are still to be written: whoever notes that they are stored must not be ahead of them.
    /// </summary>
    /// <exception cref="IOException">The log cannot be written.</exception>
    public LogPosition Sync()
    {
        var end = _log.EndPosition;
        EndOfBatch();
        _writer.AwaitWritten(end);
        return new LogPosition(_writer.Sync());
    }

    /// <summary>
    /// Shows the readable messages from a position on, in log order; returns where it ended: at the end of the log, or
    /// in front of the message that the visitor returned false for. A position that was deleted counts as the smallest.
    /// </summary>
    public LogPosition Scan(LogPosition from, MessageVisitor visit) =>
        new(_reader.Scan(Math.Max(from.Value, _reader.MinPosition), _reader.EndPosition, visit));

    /// <summary>
    /// A position where a message begins and in front of which no message was stored at or after the time, in ms since
    /// 1970; as precise as the log's segments.
    /// </summary>
    public LogPosition PositionBefore(long timestamp)
    {
        var all = _segments.All;
        for (var i = all.Length - 1; i > 0; i--)
        {
            if (_reader.StoreTimeAt(all[i].Position) is > 0 and var first && first < timestamp)
                return new LogPosition(all[i].Position);
        }
        return MinPosition;
    }

    /// <summary>
    /// Everything behind this position is kept, however old: a message of at most this position waits for its time.
    /// </summary>
    long PinnedPosition(long limit)
    {
        if (!Timers.IsActive && _time.GetElapsedTime(_openedAt) > PinnedAfterOpen)
            return long.MaxValue;
        var queue = Topic(TimerIndex.Topic).Queue(0);
        var unread = Math.Max(Timers.Next.Value, queue.MinOffset.Value);
        var pinned = Timers.MinPosition(limit);
        return unread < queue.MaxOffset.Value ? Math.Min(pinned, queue.ReadOne(unread).Position.Value) : pinned;
    }

    /// <summary>An index that knows of more than the log has is of another log.</summary>
    TimerIndex OpenTimers(long end)
    {
        var timers = new TimerIndex(_files, Options.RootDirectory, Options.TimersInMemory);
        if (
            timers.Next.Value == 0
            || (
                timers.DeliveredTo.Value <= end && timers.Next.Value <= Topic(TimerIndex.Topic).Queue(0).MaxOffset.Value
            )
        )
            return timers;
        StoreEvents.TimersLost(_logger);
        timers.Clear();
        return timers;
    }
}
