namespace Operator.Host.Generate;

/// <summary>What an install differs by from another.</summary>
public sealed record ManifestOptions
{
    /// <summary>The operator's namespace.</summary>
    public string Namespace { get; init; } = "rocketmq-operator";

    /// <summary>The operator's image.</summary>
    public string OperatorImage { get; init; } = "rocketmq-operator:0.1.0";

    /// <summary>The image of name servers and brokers.</summary>
    public string Image { get; init; } = "rocketmq:0.1.0";

    /// <summary>The namespaces to work in; none means all.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; init; } = [];

    /// <summary>
    /// Whether the definitions of the custom resources are part of it: one install of several must have them.
    /// </summary>
    public bool Crds { get; init; } = true;
}
