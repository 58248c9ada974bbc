using Broker.Store.Log;

namespace Broker.Store.Recovery;

/// <summary>
/// Which part of a log was durable, so that nothing of it may be cut. Durable is what the checkpoint says was flushed,
/// and after an orderly stop everything. Of a checkpoint with times only (Apache's), everything in front of a message
/// that is not younger. Without a checkpoint, what lies further back than can be written before the first one.
/// </summary>
sealed class DurableArea
{
    /// <summary>The first checkpoint is written after two seconds; no disk takes 2 GB in one.</summary>
    const long UnknownBytesMax = 4L << 30;

    readonly Checkpoint? _checkpoint;
    readonly bool _wasClean;
    readonly long _newestSegment;

    public DurableArea(SegmentList segments, Checkpoint? checkpoint, bool wasClean, Func<long, bool> looksWritten)
    {
        _checkpoint = checkpoint;
        _wasClean = wasClean;
        var all = segments.All;
        var newest = all.Length - 1;
        while (newest > 0 && !looksWritten(all[newest].Position))
            newest--;
        _newestSegment = all[newest].Position;
        // A checkpoint beside an empty log belongs to another one.
        if (newest == 0 && !looksWritten(all[0].Position))
            _checkpoint = null;
    }

    /// <summary>One past the last durable byte; null when only messages can tell.</summary>
    public long? End => _checkpoint is { HasPositions: true } known ? known.DurablePosition : null;

    /// <summary>Whether damaged bytes were durable.</summary>
    /// <param name="position">Where they begin.</param>
    /// <param name="nextTimestamp">When the next sound message was stored, in ms since 1970; 0 without one.</param>
    public bool Contains(long position, long nextTimestamp)
    {
        if (End is { } end)
            return position < end;
        if (nextTimestamp == 0)
            return false;
        if (_wasClean)
            return true;
        return _checkpoint is { } times
            ? nextTimestamp <= times.LogTimestamp
            : position < _newestSegment - UnknownBytesMax;
    }
}
