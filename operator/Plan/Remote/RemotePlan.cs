namespace Operator.Plan.Remote;

/// <summary>What follows from one observation of a Topic or Group.</summary>
/// <typeparam name="TStatus">The kind's status.</typeparam>
/// <typeparam name="TSettings">What a broker holds of it.</typeparam>
/// <param name="Changes">The requests to make, in this order; empty in steady state.</param>
/// <param name="Finalizer">What to do with the finalizer; a removal only when no change failed.</param>
/// <param name="WakeAfter">When to look again if nothing changes before.</param>
/// <param name="Outcome">The status and events, once it is known which changes failed.</param>
public sealed record RemotePlan<TStatus, TSettings>(
    IReadOnlyList<RemoteChange<TSettings>> Changes,
    FinalizerStep Finalizer,
    TimeSpan WakeAfter,
    Func<IReadOnlyList<RemoteFailure>, RemoteOutcome<TStatus>> Outcome
)
    where TSettings : struct
    where TStatus : class
{
    /// <summary>
    /// What name servers should hold of an ordered topic, its queues by broker; null when it is not ordered, or not
    /// known.
    /// </summary>
    public string? Order { get; init; }
}
