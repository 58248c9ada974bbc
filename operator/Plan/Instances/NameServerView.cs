namespace Operator.Plan.Instances;

/// <summary>What a name server knows (code 106).</summary>
/// <param name="Masters">The address with broker id 0, <c>ip:port</c>, by brokerName.</param>
public sealed record NameServerView(IReadOnlyDictionary<string, string> Masters);
