using Operator.Api.Conditions;

namespace Operator.Plan;

/// <summary>An event to record on the resource, because something changed.</summary>
/// <param name="IsWarning">Whether a person should act.</param>
/// <param name="Reason">From the same list as the conditions' reasons.</param>
/// <param name="Message">One sentence.</param>
public readonly record struct PlannedEvent(bool IsWarning, Reason Reason, string Message);
