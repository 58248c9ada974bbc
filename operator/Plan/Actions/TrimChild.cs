using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>
/// Removes what others added to a child: an apply leaves fields alone that it does not name. Refused with 409 when the
/// object has changed since.
/// </summary>
/// <param name="Live">The object as it was seen.</param>
/// <param name="Fields">JSON pointers in the order of removal, with what is there.</param>
public sealed record TrimChild(IKubernetesObject<V1ObjectMeta> Live, IReadOnlyList<KeyValuePair<string, string>> Fields)
    : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Live);
}
