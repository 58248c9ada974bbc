namespace Operator.Plan.Remote;

/// <summary>How a pass over a Topic or Group ends.</summary>
/// <param name="Status">The status to write; null when it is the one that the resource has.</param>
/// <param name="Events">The events to record.</param>
public sealed record RemoteOutcome<TStatus>(TStatus? Status, IReadOnlyList<PlannedEvent> Events)
    where TStatus : class;
