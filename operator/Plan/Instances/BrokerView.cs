namespace Operator.Plan.Instances;

/// <summary>What a master says of itself (code 28).</summary>
/// <param name="Version">Its <c>brokerVersionDesc</c>.</param>
/// <param name="IgnoredSettings">Its sentences about keys of its configuration that it does not know.</param>
public sealed record BrokerView(string Version, IReadOnlyList<string>? IgnoredSettings = null);
