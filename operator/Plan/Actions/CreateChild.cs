using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>
/// POST, once: brokers write what follows, so the operator never applies these. That it exists already is success.
/// </summary>
public sealed record CreateChild(IKubernetesObject<V1ObjectMeta> Desired) : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Desired);
}
