using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Finds a queue's offset at a point in time; store times never decrease along a queue (protocol.md §4.4).
/// </summary>
static class TimeSearch
{
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
            var time = log.StoreTimeAt(queue.ReadOne(middle).Position.Value);
            if (time < timestamp || (time == timestamp && boundary == TimeBoundary.Upper))
                low = middle + 1;
            else
                high = middle;
        }

        return boundary == TimeBoundary.Lower ? low : Math.Max(min, low - 1);
    }
}
