using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Finds a queue's offset at a point in time; store times never decrease along a queue (protocol.md §4.4). Entries that
/// lead to no message say nothing: the next earlier one that does is looked at for them.
/// </summary>
static class TimeSearch
{
    /// <summary>Damaged entries that are passed over in a row: each costs a read and a look at the log.</summary>
    const int PassedMax = 1_024;

    public static long Find(ConsumeQueue queue, LogReader log, long timestamp, TimeBoundary boundary)
    {
        var max = queue.Max;
        var min = queue.MinOffset.Value;
        // The first message stored behind the time, or, for the lower boundary, at the time.
        var low = min;
        var high = max;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (at, time) = LastMessage(queue, log, low, middle);
            if (time < timestamp || (time == timestamp && boundary == TimeBoundary.Upper))
                low = middle + 1;
            else
                high = at;
        }

        low -= DamagedInFront(queue, log, min, low);
        return boundary == TimeBoundary.Lower ? low : Math.Max(min, low - 1);
    }

    /// <summary>
    /// Damaged entries directly in front of what was found: nobody knows their times, and they are not to be skipped.
    /// </summary>
    static long DamagedInFront(ConsumeQueue queue, LogReader log, long min, long offset)
    {
        var first = offset;
        while (first > Math.Max(min, offset - PassedMax))
        {
            var entry = queue.ReadOne(first - 1);
            var isLed = EntryCheck.IsLed(log, queue.Topic, queue.QueueId, first - 1, entry);
            if (isLed || entry.Size == int.MaxValue)
                break;
            first--;
        }

        return offset - first;
    }

    /// <summary>The last entry of a range that leads to its message, and when that was stored; -1: none does.</summary>
    static (long At, long Time) LastMessage(ConsumeQueue queue, LogReader log, long low, long last)
    {
        for (var at = last; at >= Math.Max(low, last - PassedMax); at--)
        {
            if (EntryCheck.StoreTimeOf(log, queue, at) is >= 0 and var time)
                return (at, time);
        }

        return (last, -1);
    }
}
