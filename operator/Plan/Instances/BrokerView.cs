namespace Operator.Plan.Instances;

/// <summary>What a master says of itself (code 28).</summary>
/// <param name="Version">Its <c>brokerVersionDesc</c>.</param>
public sealed record BrokerView(string Version);
