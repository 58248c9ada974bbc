using Operator.Plan.Actions;

namespace Operator.Control.Apply;

/// <summary>What became of a plan's writes.</summary>
/// <param name="Writes">How many were sent.</param>
/// <param name="Failures">Those that failed now, and those that are held back because they failed before.</param>
/// <param name="Retry">When the first of them may be tried again; null when none has to be.</param>
/// <param name="NamespaceTerminating">Whether the server refused because the namespace is being deleted.</param>
readonly record struct ApplyOutcome(
    int Writes,
    IReadOnlyList<ActionFailure> Failures,
    TimeSpan? Retry,
    bool NamespaceTerminating
);
