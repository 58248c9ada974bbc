namespace Operator.Host.Run;

/// <summary>What <c>rocketmq-operator run</c> is told.</summary>
public sealed record RunOptions
{
    /// <summary>Namespaces whose resources are reconciled; empty means all.</summary>
    public required IReadOnlyList<string> WatchNamespaces { get; init; }

    /// <summary>The image of name servers and brokers where an instance names none.</summary>
    public required string OperandImage { get; init; }

    /// <summary>Namespace of the leader's Lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the leader's Lease.</summary>
    public required string Lease { get; init; }

    /// <summary>This process in the Lease.</summary>
    public required string Identity { get; init; }

    /// <summary>Port of <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>; 0 lets the system choose.</summary>
    public required int HttpPort { get; init; }

    /// <summary>How log entries are written.</summary>
    public required LogFormat LogFormat { get; init; }
}
