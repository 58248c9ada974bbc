using Operator.Api.Instances;
using Operator.Plan.Actions;
using Operator.Plan.Remote;

namespace Operator.Plan.Instances;

/// <summary>What follows from one observation of an instance.</summary>
/// <param name="Actions">The writes to make, in this order; empty in steady state.</param>
/// <param name="WakeAfter">When to look again if nothing changes before.</param>
/// <param name="Outcome">The status and events, once it is known which writes failed.</param>
public sealed record InstancePlan(
    IReadOnlyList<PlannedAction> Actions,
    TimeSpan WakeAfter,
    Func<IReadOnlyList<ActionFailure>, InstanceOutcome> Outcome
)
{
    /// <summary>What to do with the finalizer; a removal only when no write failed.</summary>
    public FinalizerStep Finalizer { get; init; }
}
