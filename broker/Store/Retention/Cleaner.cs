using Broker.Store.Files;
using Broker.Store.Log;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Retention;

/// <summary>
/// Looks at the age of the segments and at the disk, and carries out what <see cref="RetentionRule"/> decides.
/// </summary>
sealed class Cleaner(
    StoreOptions options,
    IFileSystem files,
    SegmentList segments,
    LogReader reader,
    CommitLog log,
    Func<long, long> pinned,
    Action removeExpired,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>An administrator's look may come while the store's own is under way.</summary>
    readonly Lock _looking = new();
    bool _isFull;

    /// <summary>One look; returns how many segments were deleted.</summary>
    /// <param name="atAnyHour">What has expired goes now, whatever hours are set for it.</param>
    public int Clean(bool atAnyHour = false)
    {
        lock (_looking)
            return CleanLocked(atAnyHour);
    }

    /// <summary>Deletes what points into deleted segments only.</summary>
    public void CleanQueues()
    {
        lock (_looking)
            removeExpired();
    }

    int CleanLocked(bool atAnyHour)
    {
        var used = files.Space(options.CommitLogDirectory).UsedRatio;
        var decision = RetentionRule.Decide(options, used, time.GetLocalNow().Hour);
        ShowFull(decision.IsDiskFull, (int)(used * 100));
        segments.RetryDeletions();
        if (
            segments.HasUnreachable
            && (decision.DeletesOldest || ((decision.DeletesExpired || atAnyHour) && HasExpired()))
        )
            segments.RemoveUnreachable();
        var position =
            decision.DeletesOldest ? BehindOldest()
            : decision.DeletesExpired || atAnyHour ? BehindExpired()
            : -1;
        if (position <= segments.MinPosition)
            return 0;
        // A message's retention begins when it is due: until then its segment stays, unless nothing could be stored.
        var pin = pinned(position);
        if (pin < position && decision.IsDiskFull)
            StoreEvents.WaitingMessagesDropped(logger, position);
        else
            position = Math.Min(position, pin);
        if (segments.All[0].EndPosition > position)
            return 0;
        var before = segments.All.Length;
        segments.RemoveBefore(position);
        StoreEvents.SegmentsDeleted(logger, position, decision.DeletesOldest ? "disk nearly full" : "expired");
        removeExpired();
        return before - segments.All.Length;
    }

    void ShowFull(bool isFull, int percent)
    {
        if (isFull == _isFull)
            return;
        _isFull = isFull;
        log.ShowDiskFull(isFull);
        if (isFull)
            StoreEvents.DiskFull(logger, percent);
        else
            StoreEvents.DiskHasSpace(logger, percent);
    }

    /// <summary>One segment at a look: the disk is asked again before the next one goes.</summary>
    long BehindOldest()
    {
        var oldest = segments.All[0];
        return oldest.EndPosition < reader.EndPosition ? oldest.EndPosition : -1;
    }

    /// <summary>Messages of this store time, in ms since 1970, have expired.</summary>
    long LatestExpired() => time.GetUtcNow().ToUnixTimeMilliseconds() - (options.FileReservedHours * 3_600_000L);

    /// <summary>Whether what is older than the first message has expired.</summary>
    bool HasExpired() => reader.StoreTimeFrom(segments.MinPosition) is >= 0 and var first && first <= LatestExpired();

    /// <summary>A segment's last message is at least as old as the next one's first.</summary>
    long BehindExpired()
    {
        var latest = LatestExpired();
        var all = segments.All;
        var behind = -1L;
        for (var i = 0; i < Math.Min(all.Length - 1, RetentionRule.SegmentsPerPass); i++)
        {
            var next = reader.StoreTimeFrom(all[i].EndPosition);
            if (next < 0 || next > latest)
                break;
            behind = all[i].EndPosition;
        }

        return behind;
    }
}
