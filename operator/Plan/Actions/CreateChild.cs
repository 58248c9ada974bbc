using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>
/// POST, once: brokers write what follows, so the operator never applies these. One that exists already gets its labels
/// and its owner reference again, if it is the child, and nothing else.
/// </summary>
/// <param name="Desired">The child as it is created.</param>
/// <param name="Exists">It was seen, without some of its labels or its owner reference.</param>
public sealed record CreateChild(IKubernetesObject<V1ObjectMeta> Desired, bool Exists = false) : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Desired);
}
