using Operator.Api.Instances;

namespace Operator.Plan.Remote;

/// <summary>The outcome of looking for an instance.</summary>
/// <param name="Found">The instance; null when there is none of that name.</param>
public sealed record InstanceLookup(RocketMQInstance? Found);
