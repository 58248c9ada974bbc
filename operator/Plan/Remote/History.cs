using k8s.Models;
using Operator.Api.Conditions;

namespace Operator.Plan.Remote;

/// <summary>
/// Whether a status may be believed about how the spec was before. Anybody with the right can edit a status by hand,
/// and a resource must not stay refused because of it.
/// </summary>
static class History
{
    /// <summary>
    /// A spec of the first generation was never changed, and one that was accepted in its present generation was not
    /// changed since: then the status tells nothing. A refused change stays refused by what it was compared with.
    /// </summary>
    public static bool Counts(V1ObjectMeta metadata, long? observed, IReadOnlyList<V1Condition>? conditions) =>
        metadata.Generation > 1 && observed is { } seen && (seen < metadata.Generation || WasRefused(conditions));

    static bool WasRefused(IReadOnlyList<V1Condition>? conditions) =>
        conditions?.Any(c => c is { Type: nameof(ConditionType.Ready), Reason: nameof(Reason.InvalidSpec) }) == true;
}
