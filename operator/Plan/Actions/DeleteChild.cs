using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>DELETE of exactly this object: the uid is a precondition. That it is gone already is success.</summary>
public sealed record DeleteChild(IKubernetesObject<V1ObjectMeta> Live) : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Live);
}
