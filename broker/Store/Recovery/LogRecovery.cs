using Broker.Protocol.Messages;
using Broker.Store.Files;
using Broker.Store.Log;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Recovery;

/// <summary>
/// Finds the end of the log (protocol.md §3.5). What the checkpoint calls durable is believed but for its last part;
/// from there every message is verified, and the log is cut at the first one that is not whole. The rest of the segment
/// becomes zeros, so that nothing of it can come back when new messages end where old ones began.
/// </summary>
sealed class LogRecovery(StoreOptions options, IFileSystem files, ILogger logger)
{
    /// <summary>
    /// After an orderly stop of a broker that left no positions: how many segments are verified, as with Apache.
    /// </summary>
    const int SegmentsAfterCleanStop = 3;

    /// <param name="wasClean">Whether the last stop was an orderly one.</param>
    public RecoveredLog Recover(bool wasClean)
    {
        var segments = SegmentFolder.Open(files, options, out var shortened);
        var found = Checkpoint.Read(files, options.RootDirectory);
        var checkpoint = found ?? new Checkpoint();
        var start = StartOf(segments, checkpoint, wasClean && found != null);
        // A segment that lost its end may have lost it anywhere, durable or not.
        if (shortened is { } position)
            start = Math.Min(start, position);
        var (end, lastTimestamp) = Verify(segments, start);
        if (checkpoint.HasPositions)
            end = FirstDamageOf(segments, checkpoint, end);
        if (end < checkpoint.DurablePosition)
            StoreEvents.DurableBytesLost(logger, checkpoint.DurablePosition - end, end);

        var isCut = CutAt(segments, end, wasClean);
        if (isCut)
            StoreEvents.LogCut(logger, end);
        var replayFrom = checkpoint.HasPositions ? Math.Min(checkpoint.DeliveredPosition, end) : start;
        return new RecoveredLog(
            segments,
            end,
            lastTimestamp > 0 ? lastTimestamp : checkpoint.LogTimestamp,
            Math.Max(replayFrom, segments.MinPosition),
            checkpoint.HasPositions ? Math.Min(checkpoint.IndexedPosition, end) : -1,
            wasClean && !isCut,
            checkpoint
        );
    }

    /// <summary>Where a message begins from which on everything is to be verified.</summary>
    static long StartOf(SegmentList segments, Checkpoint checkpoint, bool wasClean)
    {
        if (checkpoint.HasPositions && segments.Find(checkpoint.VerifyPosition) is { } segment)
            return IsBoundary(segments, checkpoint) ? checkpoint.VerifyPosition : segment.Position;
        var all = segments.All;
        if (wasClean)
            return all[Math.Max(0, all.Length - SegmentsAfterCleanStop)].Position;

        // A message of just this time may follow the durable ones: only an earlier one is certainly in front of them.
        var time = Math.Min(checkpoint.LogTimestamp, checkpoint.QueueTimestamp);
        for (var i = all.Length - 1; i > 0; i--)
        {
            if (FirstStoreTime(segments, all[i]) is > 0 and var first && first < time)
                return all[i].Position;
        }

        return all[0].Position;
    }

    static bool IsBoundary(SegmentList segments, Checkpoint checkpoint)
    {
        if (checkpoint.VerifyPosition == checkpoint.DurablePosition)
            return true;
        var isMessage = false;
        new LogScanner(segments).Scan(
            checkpoint.VerifyPosition,
            checkpoint.VerifyPosition + 1,
            (in MessageView message, long _) => isMessage = message.PhysicalOffset == checkpoint.VerifyPosition
        );
        return isMessage;
    }

    static long FirstStoreTime(SegmentList segments, Segment segment)
    {
        var time = 0L;
        new LogScanner(segments).Scan(
            segment.Position,
            segment.Position + 1,
            (in MessageView message, long _) => (time = message.StoreTimestamp) > 0
        );
        return time;
    }

    static (long End, long LastTimestamp) Verify(SegmentList segments, long start)
    {
        var timestamp = 0L;
        var end = new LogScanner(segments).Scan(
            start,
            segments.All[^1].EndPosition,
            (in MessageView message, long position) =>
            {
                if (!LogScanner.IsIntact(message, position))
                    return false;
                timestamp = message.StoreTimestamp;
                return true;
            }
        );
        return (end, timestamp);
    }

    /// <summary>Compares the last durable messages with the checksums of all their bytes.</summary>
    static long FirstDamageOf(SegmentList segments, Checkpoint checkpoint, long end)
    {
        foreach (var (position, crc) in checkpoint.Tail)
        {
            if (position < segments.MinPosition || position >= end)
                continue;
            var isSame = false;
            new LogScanner(segments).Scan(
                position,
                position + 1,
                (in MessageView message, long _) => isSame = Crc32.Compute(message.Bytes) == crc
            );
            if (!isSame)
                return position;
        }

        return end;
    }

    /// <summary>
    /// Makes everything behind the end zeros; returns whether there was something that looked written.
    /// </summary>
    static bool CutAt(SegmentList segments, long end, bool wasClean)
    {
        // Exactly at the end of the last segment, where the next one is still to be made.
        if (segments.Find(end) is not { } segment)
        {
            segments.AddNext();
            return false;
        }

        var isDirty =
            LooksWritten(segments, end)
            || (segments.All[^1].Position > end && LooksWritten(segments, segments.All[^1].Position));
        if (wasClean && !isDirty)
            return false;
        segments.RemoveBehind(end);
        segment.Zero(end);
        segment.SyncData();
        segment.CloseWriter();
        return isDirty;
    }

    /// <summary>
    /// Looks at a page only: reading all of an unwritten segment would fill the page cache with zeros.
    /// </summary>
    static bool LooksWritten(SegmentList segments, long position)
    {
        if (!segments.TryAcquire(position, out var mapping, out var segment))
            return false;
        var at = (int)(position - segment.Position);
        var page = mapping.Span.Slice(at, Math.Min(4096, segment.Length - at));
        var isWritten = page.ContainsAnyExcept((byte)0);
        mapping.Release();
        return isWritten;
    }
}
