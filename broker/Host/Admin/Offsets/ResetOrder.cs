namespace Broker.Host.Admin.Offsets;

/// <summary>Where a group is to go; <paramref name="Time"/> in ms since 1970, -1 for the end.</summary>
sealed record ResetOrder(string Group, string Topic, long Time, bool Force)
{
    /// <summary>One broker's address, null for all.</summary>
    public string? Broker { get; init; }

    /// <summary>One queue, null for all.</summary>
    public long? Queue { get; init; }

    /// <summary>An offset in <see cref="Queue"/>, in place of the time.</summary>
    public long? Offset { get; init; }

    /// <summary>Also a time at which nothing was stored that is kept.</summary>
    public bool AnyTime { get; init; }
}
