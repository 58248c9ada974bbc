namespace Operator.Control;

/// <summary>What one install of the operator is told.</summary>
public sealed record OperatorSettings
{
    /// <summary>Namespaces whose resources are reconciled; empty means all.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; init; } = [];

    /// <summary>The image of name servers and brokers for instances that name none.</summary>
    public required string Image { get; init; }

    /// <summary>
    /// Passes at the same time, of each kind. A pass mostly waits for answers; ten keep a cluster of hundreds of
    /// instances moving while one of them hangs.
    /// </summary>
    public int Workers { get; init; } = 10;

    /// <summary>How old a reading of a broker's topics and groups may become: a drift is repaired within it.</summary>
    public TimeSpan DriftPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How old a reading of a broker or name server may be while an instance is settling.</summary>
    public TimeSpan SettlingAge { get; init; } = TimeSpan.FromMilliseconds(100);
}
