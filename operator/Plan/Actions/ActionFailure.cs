namespace Operator.Plan.Actions;

/// <summary>A write that failed.</summary>
/// <param name="Child">As <see cref="PlannedAction.Child"/>.</param>
/// <param name="IsRefusal">The server will refuse it again: 400, 403, 422. False for what may pass.</param>
/// <param name="Message">The server's own sentence.</param>
/// <param name="IsTaken">Somebody else has an object of that name.</param>
public readonly record struct ActionFailure(string Child, bool IsRefusal, string Message, bool IsTaken = false)
{
    /// <summary>How the API server begins when an apply holds a field that the kind does not have, or twice.</summary>
    public const string NotOfItsKind = "failed to create typed patch object";
}
