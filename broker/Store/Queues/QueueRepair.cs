using Broker.Protocol.Messages;
using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Takes entries from the log that do not lead to their messages in a queue's files, together with their damaged
/// neighbours. An entry whose message the log does not have becomes a blank, which readers pass over. A reader waits
/// for a short piece of the log; a long one is searched by a thread of the store.
/// </summary>
sealed class QueueRepair(LogReader log, TagsCodes tagsCodes, long bytesAtOnce)
{
    /// <summary>Damaged entries on each side that are settled together.</summary>
    const int RunMax = 1_024;

    /// <summary>What waits for the thread; a reader that finds no place asks again.</summary>
    const int WaitingMax = 64;

    readonly Lock _gate = new();
    readonly Queue<(ConsumeQueue Queue, long Offset)> _waiting = new();

    /// <summary>
    /// Has <see cref="SettleWaiting"/> called soon by another thread; null: readers search as long as it takes.
    /// </summary>
    public Action? Ask { get; set; }

    /// <summary>
    /// Settles an entry. False when that takes long: the reader comes back to the same entry.
    /// </summary>
    public bool TrySettle(ConsumeQueue queue, long offset)
    {
        if (Ask is not { } ask)
        {
            Settle(queue, offset);
            return true;
        }

        if (_gate.TryEnter())
        {
            try
            {
                if (SettleLocked(queue, offset, bytesAtOnce))
                    return true;
            }
            finally
            {
                _gate.Exit();
            }
        }

        lock (_waiting)
        {
            if (_waiting.Count < WaitingMax && !_waiting.Contains((queue, offset)))
                _waiting.Enqueue((queue, offset));
        }

        ask();
        return false;
    }

    /// <summary>Settles an entry, however long it takes.</summary>
    public void Settle(ConsumeQueue queue, long offset)
    {
        lock (_gate)
            SettleLocked(queue, offset, long.MaxValue);
    }

    /// <summary>Settles what readers left to the store's thread.</summary>
    public void SettleWaiting()
    {
        while (TryTake(out var queue, out var offset))
            Settle(queue, offset);
    }

    bool TryTake(out ConsumeQueue queue, out long offset)
    {
        lock (_waiting)
        {
            var isThere = _waiting.TryDequeue(out var taken);
            (queue, offset) = taken;
            return isThere;
        }
    }

    bool SettleLocked(ConsumeQueue queue, long offset, long bytesMax)
    {
        // Another reader's repair may have come first, or retention.
        if (offset < queue.MinOffset.Value || offset >= queue.Max)
            return true;
        if (IsLed(queue, offset) || queue.ReadOne(offset).Size == int.MaxValue)
            return true;
        var (first, from) = Before(queue, offset);
        var (end, to) = After(queue, offset);
        var entries = new byte[(int)(end - first) * QueueEntryLayout.Bytes];
        var wrong = MakeBlank(queue, first, entries);
        var stop = to - from <= bytesMax ? to : from + bytesMax;
        var found = Search(queue, first, from, stop, entries, wrong);
        var count = wrong.Count(isWrong => isWrong);
        if (stop < to && found < count)
            return false;
        queue.Rewrite(first, entries);
        log.Damage.NoteEntries(queue.Topic.Name, queue.QueueId, first, count, found);
        return true;
    }

    /// <summary>
    /// Fills a run with blanks and tells which of them stand for wrong entries. The others were blanks before: their
    /// messages are known to be lost or damaged.
    /// </summary>
    static bool[] MakeBlank(ConsumeQueue queue, long first, byte[] entries)
    {
        var wrong = new bool[entries.Length / QueueEntryLayout.Bytes];
        for (var i = 0; i < wrong.Length; i++)
        {
            wrong[i] = queue.ReadOne(first + i).Size != int.MaxValue;
            QueueEntryLayout.WriteBlank(entries.AsSpan(i * QueueEntryLayout.Bytes));
        }

        return wrong;
    }

    /// <summary>Fills in the wrong entries whose messages lie between two positions; returns how many.</summary>
    int Search(ConsumeQueue queue, long first, long from, long to, byte[] entries, bool[] wrong)
    {
        var found = new bool[wrong.Length];
        var left = wrong.Count(isWrong => isWrong);
        log.Scan(
            from,
            to,
            (in MessageView message, long position) =>
            {
                var at = message.QueueOffset - first;
                if (
                    at < 0
                    || at >= wrong.Length
                    || !wrong[at]
                    || found[at]
                    || !EntryCheck.IsOf(message, queue.Topic, queue.QueueId)
                    || !MeasuredMessage.IsInQueue(message.SysFlag)
                )
                    return true;
                QueueEntryLayout.Write(
                    entries.AsSpan((int)at * QueueEntryLayout.Bytes),
                    position,
                    message.TotalSize,
                    tagsCodes.Of(queue.Topic, message)
                );
                found[at] = true;
                // Of a queue that is damaged as a whole, the rest of the log is for the next runs.
                return --left > 0;
            }
        );
        return found.Count(isFound => isFound);
    }

    /// <summary>The first damaged entry of those up to the offset, and where the message in front of it ends.</summary>
    (long First, long From) Before(ConsumeQueue queue, long offset)
    {
        var least = Math.Max(queue.MinOffset.Value, offset - RunMax);
        var first = offset;
        while (first > least)
        {
            var entry = queue.ReadOne(first - 1);
            if (EntryCheck.IsLed(log, queue.Topic, queue.QueueId, first - 1, entry))
                return (first, entry.Position.Value + entry.Size);
            first--;
        }

        return (first, log.MinPosition);
    }

    /// <summary>One past the last damaged entry from the offset on, and where the message after it begins.</summary>
    (long End, long To) After(ConsumeQueue queue, long offset)
    {
        // The end of the log first: what is added meanwhile lies behind it.
        var to = log.EndPosition;
        var most = Math.Min(queue.Max, offset + RunMax);
        for (var end = offset + 1; end < most; end++)
        {
            if (IsLed(queue, end))
                return (end, queue.ReadOne(end).Position.Value);
        }

        return (most, to);
    }

    bool IsLed(ConsumeQueue queue, long offset) =>
        EntryCheck.IsLed(log, queue.Topic, queue.QueueId, offset, queue.ReadOne(offset));
}
