using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>Server-side apply with force, as field manager <c>rocketmq-operator</c>.</summary>
/// <param name="Desired">Exactly the fields that the operator cares for.</param>
/// <param name="Uid">The live object's; null when there is none, and then an object of that name that turns up is not
/// touched unless it is the child. A child that names its uid itself needs none.</param>
/// <param name="Alternative">What to apply when the server refuses <paramref name="Desired"/> as invalid: the same
/// Service without the address that it used to have, or a StatefulSet by the last spec that was accepted.</param>
public sealed record ApplyChild(
    IKubernetesObject<V1ObjectMeta> Desired,
    string? Uid = null,
    IKubernetesObject<V1ObjectMeta>? Alternative = null
) : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Desired);
}
