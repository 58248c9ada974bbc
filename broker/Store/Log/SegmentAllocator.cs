using Microsoft.Extensions.Logging;

namespace Broker.Store.Log;

/// <summary>
/// Creates the next segment before it is needed, when a quarter of the newest one is left: at 1 GB/s that is a quarter
/// of a second, and reserving 1 GiB takes milliseconds. Without space appends go on to the segment's end and are then
/// refused.
/// </summary>
sealed class SegmentAllocator(SegmentList segments, CommitLog log, ILogger logger)
{
    const int AheadFraction = 4;

    readonly Lock _gate = new();
    long _threshold = ThresholdOf(segments);

    /// <summary>
    /// Has <see cref="Allocate"/> called soon by a thread that may block; null: it is called at once.
    /// </summary>
    public Action? Ask { get; set; }

    /// <summary>The log was written up to the position.</summary>
    public void Reached(long position)
    {
        if (position >= Volatile.Read(ref _threshold))
            Request();
    }

    /// <summary>Somebody waits for room.</summary>
    public void Request()
    {
        if (Ask is { } ask)
            ask();
        else
            Allocate();
    }

    /// <summary>Creates the next segment if it is time; returns whether it was.</summary>
    public bool Allocate()
    {
        lock (_gate)
        {
            if (log.EndPosition < _threshold && !(log.NeedsSegment && !HasNext()))
                return false;
            try
            {
                segments.AddNext();
                log.IsOutOfSpace = false;
                Volatile.Write(ref _threshold, ThresholdOf(segments));
                return true;
            }
            catch (IOException e)
            {
                if (!log.IsOutOfSpace)
                    StoreEvents.NoSpaceForSegment(logger, e);
                log.IsOutOfSpace = true;
                return false;
            }
        }
    }

    bool HasNext() => segments.All[^1].Position > log.EndPosition;

    static long ThresholdOf(SegmentList segments) =>
        segments.All[^1].EndPosition - (segments.SegmentBytes / AheadFraction);
}
