namespace Operator.Control.Apply;

/// <summary>An object that failed and whose next attempt is not due yet.</summary>
/// <param name="Remaining">Until the next attempt.</param>
/// <param name="Failure">The last failure.</param>
readonly record struct HeldFailure(TimeSpan Remaining, ApiFailure Failure);
