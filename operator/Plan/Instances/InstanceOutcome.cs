using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>How a pass over an instance ends.</summary>
/// <param name="Status">The status to write; null when it is the one that the resource has.</param>
/// <param name="Events">The events to record.</param>
public sealed record InstanceOutcome(InstanceStatus? Status, IReadOnlyList<PlannedEvent> Events);
