using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>Server-side apply with force, as field manager <c>rocketmq-operator</c>.</summary>
/// <param name="Desired">Exactly the fields that the operator cares for.</param>
/// <param name="Alternative">What to apply when the server refuses <paramref name="Desired"/> as invalid: the same
/// Service without the address that it used to have.</param>
public sealed record ApplyChild(
    IKubernetesObject<V1ObjectMeta> Desired,
    IKubernetesObject<V1ObjectMeta>? Alternative = null
) : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Desired);
}
