using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>DELETE of exactly this object: the uid is a precondition. That it is gone already is success.</summary>
/// <param name="Live">The object.</param>
/// <param name="OnlyThisVersion">Not if it was changed since it was seen.</param>
public sealed record DeleteChild(IKubernetesObject<V1ObjectMeta> Live, bool OnlyThisVersion = false) : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Live);
}
