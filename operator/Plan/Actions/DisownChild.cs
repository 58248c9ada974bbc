using k8s;
using k8s.Models;

namespace Operator.Plan.Actions;

/// <summary>Sets the owner references of exactly this version of an object.</summary>
/// <param name="Live">The object.</param>
/// <param name="Kept">The references that stay.</param>
public sealed record DisownChild(IKubernetesObject<V1ObjectMeta> Live, IReadOnlyList<V1OwnerReference> Kept)
    : PlannedAction
{
    /// <inheritdoc/>
    public override string Child => Describe(Live);
}
