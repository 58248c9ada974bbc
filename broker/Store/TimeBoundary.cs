namespace Broker.Store;

/// <summary>Which neighbour of a point in time is meant (protocol.md §4.4).</summary>
public enum TimeBoundary
{
    /// <summary>The first message stored at the time or later.</summary>
    Lower,

    /// <summary>The last message stored at the time or earlier.</summary>
    Upper,
}
