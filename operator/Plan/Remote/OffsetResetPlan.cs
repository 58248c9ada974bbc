using Operator.Api.Groups;

namespace Operator.Plan.Remote;

/// <summary>An offset reset that is not done everywhere.</summary>
/// <param name="Wish">The spec.</param>
/// <param name="Timestamp">As code 222 takes it: ms since 1970, -1 for the end of the queues.</param>
/// <param name="BrokerGroups">Those that still have to carry it out.</param>
/// <param name="Done">Those that have.</param>
public sealed record OffsetResetPlan(
    OffsetResetSpec Wish,
    long Timestamp,
    IReadOnlyList<string> BrokerGroups,
    IReadOnlyList<string> Done
)
{
    /// <summary>
    /// Whether it may still be refused. Not in the middle of a reset, which is carried out to its end.
    /// </summary>
    public bool HasToBeChecked => Done.Count == 0;

    /// <summary>Whether the masters must be asked what they keep.</summary>
    public bool HasTimeToCheck => HasToBeChecked && Wish.To == OffsetPosition.Timestamp;
}
