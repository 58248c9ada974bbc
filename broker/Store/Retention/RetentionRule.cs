namespace Broker.Store.Retention;

/// <summary>
/// Decides which segments go, and whether the disk takes more messages, with the ratios of Apache: expired segments go
/// at the named hours, or at any hour beyond <c>diskMaxUsedSpaceRatio</c>; beyond the forced ratio the oldest go even
/// if they have not expired; beyond the warning ratio sends are refused. It decides only.
/// </summary>
static class RetentionRule
{
    /// <summary>
    /// Segments that one look deletes at most, so that a long outage's backlog does not stall the disk.
    /// </summary>
    public const int SegmentsPerPass = 10;

    public static RetentionDecision Decide(StoreOptions options, double usedRatio, int localHour)
    {
        var usedPercent = usedRatio * 100;
        return new RetentionDecision(
            DeletesExpired: usedPercent > options.DiskMaxUsedPercent
                || DeletionHours.Contains(options.DeleteWhen, localHour),
            DeletesOldest: usedPercent > options.DiskForceCleanPercent && options.ForceCleanEnabled,
            IsDiskFull: usedPercent > options.DiskFullPercent
        );
    }
}
