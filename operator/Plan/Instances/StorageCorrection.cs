using k8s;
using k8s.Models;
using Operator.Plan.Actions;
using Operator.Plan.Diff;

namespace Operator.Plan.Instances;

/// <summary>
/// Lets a mistake in the storage of a new group be corrected: as long as none of its volumes was ever bound, nothing
/// can be stored on them, and the set that asks for them is made again.
/// </summary>
static class StorageCorrection
{
    /// <summary>The set, and the claims that it made; empty when a volume is bound.</summary>
    /// <param name="set">The live set, whose claim templates differ from what is wanted.</param>
    /// <param name="claims">The claims of its group.</param>
    public static IReadOnlyList<PlannedAction> Plan(V1StatefulSet set, IReadOnlyList<V1PersistentVolumeClaim> claims) =>
        !claims.All(IsUnbound)
            ? []
            :
            [
                new DeleteChild(set),
                // In exactly this version: one that is bound meanwhile stays.
                .. claims
                    .Where(c => c.Metadata.DeletionTimestamp is null && IsMadeBy(set, c))
                    .Select(c => new DeleteChild(c, OnlyThisVersion: true)),
            ];

    /// <summary>The API server says Pending from the first moment.</summary>
    static bool IsUnbound(V1PersistentVolumeClaim claim) =>
        string.IsNullOrEmpty(claim.Spec?.VolumeName) && claim.Status?.Phase == "Pending";

    /// <summary>A person may have made claims in advance, from a snapshot say: they differ from the template.</summary>
    static bool IsMadeBy(V1StatefulSet set, V1PersistentVolumeClaim claim) =>
        set.Spec?.VolumeClaimTemplates is [{ Spec: { } template }]
        && JsonSubset.Holds(KubernetesJson.SerializeToNode(template), KubernetesJson.SerializeToNode(claim.Spec!));
}
