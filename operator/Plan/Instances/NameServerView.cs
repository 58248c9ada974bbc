namespace Operator.Plan.Instances;

/// <summary>What a name server knows (code 106).</summary>
/// <param name="Masters">The brokerNames that have an address with broker id 0.</param>
public sealed record NameServerView(IReadOnlySet<string> Masters);
