namespace Broker.Store.Files;

/// <summary>Size and free space of a volume, in bytes.</summary>
public readonly record struct DiskSpace(long Total, long Available)
{
    /// <summary>Used space as a ratio from 0 to 1.</summary>
    public double UsedRatio => Total <= 0 ? 0 : 1 - (double)Available / Total;
}
