using Broker.Protocol.Messages;
using Broker.Store.Files;
using Broker.Store.Log;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Recovery;

/// <summary>
/// Finds the end of the log (protocol.md §3.5). What the checkpoint calls durable is believed but for its last part;
/// from there every message is verified.
/// <para>
/// A damaged message in the durable part (<see cref="DurableArea"/>) is stepped over and its bytes stay in place: what
/// follows is as good as before. Only behind the durable part is the log cut, at the first message that is not whole,
/// and what is cut is copied first (<see cref="CutBytes"/>). The rest of the segment becomes zeros, so that nothing of
/// it can come back when new messages end where old ones began.
/// </para>
/// </summary>
sealed class LogRecovery(StoreOptions options, IFileSystem files, ILogger logger)
{
    /// <summary>
    /// After an orderly stop of a broker that left no positions: how many segments are verified, as with Apache.
    /// </summary>
    const int SegmentsAfterCleanStop = 3;

    /// <summary>
    /// Where no position says how far the log was durable, a sound message is looked for in so many bytes of damage and
    /// of reserved space.
    /// </summary>
    const long SearchedBytesMax = 64L << 20;

    readonly HashSet<long> _damaged = [];

    /// <param name="wasClean">Whether the last stop was an orderly one.</param>
    public RecoveredLog Recover(bool wasClean)
    {
        var segments = SegmentFolder.Open(files, options, logger, out var shortened);
        var damage = new DamageReport(segments, logger);
        var found = Checkpoint.Read(files, options.RootDirectory);
        var checkpoint = found ?? new Checkpoint();
        var start = StartOf(segments, checkpoint, wasClean && found != null);
        // A segment that lost its end may have lost it anywhere, durable or not.
        if (shortened is { } position)
            start = Math.Min(start, position);
        var durable = new DurableArea(segments, found, wasClean, at => LooksWritten(segments, at));
        var (end, lastTimestamp) = Verify(segments, start, durable, damage);
        if (checkpoint.HasPositions)
            CompareTail(segments, checkpoint, end, damage);
        if (end < checkpoint.DurablePosition)
            StoreEvents.DurableBytesLost(logger, checkpoint.DurablePosition - end, end);

        var isCut = CutAt(segments, end, wasClean);
        var replayFrom = checkpoint.HasPositions ? Math.Min(checkpoint.DeliveredPosition, end) : start;
        return new RecoveredLog(
            segments,
            end,
            lastTimestamp > 0 ? lastTimestamp : checkpoint.LogTimestamp,
            Math.Max(replayFrom, segments.MinPosition),
            checkpoint.HasPositions ? Math.Min(checkpoint.IndexedPosition, end) : -1,
            wasClean && !isCut,
            checkpoint,
            start,
            _damaged,
            damage
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
        new LogScanner(segments).ScanWhole(
            checkpoint.VerifyPosition,
            checkpoint.VerifyPosition + 1,
            (in MessageView _, long _) => isMessage = true,
            out _
        );
        return isMessage;
    }

    static long FirstStoreTime(SegmentList segments, Segment segment)
    {
        var time = 0L;
        new LogScanner(segments).ScanWhole(
            segment.Position,
            segment.Position + 1,
            (in MessageView message, long _) => (time = message.StoreTimestamp) > 0,
            out _
        );
        return time;
    }

    /// <summary>
    /// Verifies the messages from a position on. Returns the end of the log and the time of its last sound message.
    /// </summary>
    (long End, long LastTimestamp) Verify(SegmentList segments, long start, DurableArea durable, DamageReport damage)
    {
        var limit = segments.All[^1].EndPosition;
        var timestamp = 0L;
        for (var position = start; ; )
        {
            position = ScanIntact(segments, position, limit, ref timestamp);
            if (position >= limit || position >= durable.End)
                return (position, timestamp);
            var next = NextIntact(segments, position, durable.End ?? limit, durable.End == null, out var nextTime);
            if (!durable.Contains(position, nextTime))
                return (position, timestamp);
            // Without a sound message in the durable part the log still goes on behind it, so that no position is given
            // twice.
            if (nextTime == 0)
                next = Math.Min(durable.End ?? position, limit);
            damage.Note(position, next);
            position = next;
        }
    }

    static long ScanIntact(SegmentList segments, long from, long limit, ref long timestamp)
    {
        var last = timestamp;
        var position = new LogScanner(segments).ScanWhole(
            from,
            limit,
            (in MessageView message, long at) =>
            {
                if (!LogScanner.IsIntact(message, at))
                    return false;
                last = message.StoreTimestamp;
                return true;
            },
            out _
        );
        timestamp = last;
        return position;
    }

    /// <summary>The first sound message after a damaged one, and when it was stored; 0 without one.</summary>
    long NextIntact(SegmentList segments, long position, long limit, bool isBounded, out long timestamp)
    {
        var scanner = new LogScanner(segments);
        var end = isBounded ? Math.Min(limit, position + SearchedBytesMax) : limit;
        var time = timestamp = 0L;
        for (var at = position; at < end; )
        {
            var damagedSize = 0;
            var next = scanner.ScanWhole(
                at,
                at + 1,
                (in MessageView message, long place) =>
                {
                    if (LogScanner.IsIntact(message, place))
                        time = message.StoreTimestamp;
                    else
                        damagedSize = message.TotalSize;
                    return false;
                },
                out _
            );
            timestamp = time;
            if (time > 0)
                return next;
            // Whole but for its content: nobody else will notice.
            if (damagedSize > 0)
                _damaged.Add(next);
            if (damagedSize > 0 || next > at)
                at = next + damagedSize;
            else
                at = scanner.Next(at, end);
        }

        return end;
    }

    /// <summary>Compares the last durable messages with the checksums of all their bytes.</summary>
    void CompareTail(SegmentList segments, Checkpoint checkpoint, long end, DamageReport damage)
    {
        foreach (var (position, crc) in checkpoint.Tail)
        {
            if (position < segments.MinPosition || position >= end)
                continue;
            new LogScanner(segments).ScanWhole(
                position,
                position + 1,
                (in MessageView message, long _) =>
                {
                    if (Crc32.Compute(message.Bytes) != crc && _damaged.Add(position))
                        damage.Note(position, position + message.TotalSize);
                    return false;
                },
                out _
            );
        }
    }

    /// <summary>
    /// Makes everything behind the end zeros; returns whether there was something that looked written.
    /// </summary>
    bool CutAt(SegmentList segments, long end, bool wasClean)
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
        var isCut = SaveCut(segments, end) || isDirty;
        segments.RemoveBehind(end);
        segment.Zero(end);
        segment.SyncData();
        segment.CloseWriter();
        return isCut;
    }

    /// <summary>
    /// A disk without space for the copy must not keep the store from opening: nobody was promised these bytes.
    /// </summary>
    bool SaveCut(SegmentList segments, long end)
    {
        try
        {
            var path = CutBytes.Save(files, options, segments, end);
            if (path != null)
                StoreEvents.LogCut(logger, end, path);
            return path != null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StoreEvents.CutNotSaved(logger, end, e);
            return true;
        }
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
