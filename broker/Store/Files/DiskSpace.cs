namespace Broker.Store.Files;

/// <summary>
/// What a volume holds and could hold, in bytes. What the file system reserves for others is not part of it: the ratio
/// is that of <c>df</c>, and of Apache's broker.
/// </summary>
/// <param name="Total">Used and available together.</param>
/// <param name="Available">What this process can still write.</param>
public readonly record struct DiskSpace(long Total, long Available)
{
    /// <summary>Used space as a ratio from 0 to 1.</summary>
    public double UsedRatio => Total <= 0 ? 0 : 1 - (double)Available / Total;

    /// <summary>From the three figures that statvfs(3) gives of a volume, in bytes.</summary>
    /// <param name="size">All of it.</param>
    /// <param name="free">What nobody has written, the part included that only root may write.</param>
    /// <param name="available">What this process can still write.</param>
    public static DiskSpace Of(long size, long free, long available) => new(size - free + available, available);
}
