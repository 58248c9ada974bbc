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

    /// <summary>
    /// The version of Kubernetes that it is for: servers before 1.25 do not know CEL, and those before 1.23 refuse
    /// definitions that use it when they are applied.
    /// </summary>
    public Version Kubernetes { get; init; } = new(1, 34);

    /// <summary>Whether definitions carry CEL rules.</summary>
    public bool CrdRules => Kubernetes >= new Version(1, 25);
}
