using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Plan.Actions;
using Operator.Plan.Remote;

namespace Operator.Plan.Instances;

/// <summary>
/// What is done about an instance that is being deleted: with policy Delete its volumes go before it, with Retain it
/// goes at once. What the policy says at that moment decides, and where that cannot be carried out the instance waits.
/// </summary>
/// <param name="Actions">The writes to make.</param>
/// <param name="Finalizer">Whether the instance may go, once nothing of the plan failed.</param>
/// <param name="Waits">What it waits for, as a sentence; null for nothing that a person has to know.</param>
sealed record InstanceDeletion(IReadOnlyList<PlannedAction> Actions, FinalizerStep Finalizer, string? Waits = null)
{
    /// <summary>
    /// After so long an instance goes without its volumes when they cannot be seen: the operator may have lost its
    /// rights in a namespace that is being deleted, which would wait for ever.
    /// </summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Asked of the API server with <c>--cascade=orphan</c>; the garbage collector takes it off.</summary>
    const string OrphanFinalizer = "orphan";

    public static InstanceDeletion Plan(InstanceObservation seen)
    {
        var instance = seen.Instance;
        var name = instance.Metadata.Name!;
        var known = seen.Children.IsKnown;
        var release = known ? Volumes.Release(name, seen.Children.Value) : [];
        if (!Finalizers.Has(instance.Metadata))
            return new InstanceDeletion(release, FinalizerStep.None);
        var goes = new InstanceDeletion(release, FinalizerStep.Remove);
        // In a namespace that goes, the volumes go with everything else.
        if (instance.Spec.Brokers.Storage.DeletionPolicy != DeletionPolicy.Delete || seen.NamespaceTerminating)
            return goes;
        if (!known)
        {
            var late = seen.Now.UtcDateTime - instance.Metadata.DeletionTimestamp > Patience;
            return late ? goes : new InstanceDeletion([], FinalizerStep.None, WaitsToSee(seen.Children.Cause));
        }
        if (IsOrphaning(instance.Metadata, seen.Children.Value))
            return goes;
        if (instance.Spec.Paused)
            return new InstanceDeletion(release, FinalizerStep.None, "Deletion waits until spec.paused is false");
        var owned = seen.Children.Value.OwnedBy(instance.Metadata);
        // StatefulSets first: they would make their claims again.
        var sets = owned.StatefulSets.Where(HasVolumes).ToList();
        if (sets.Count > 0)
            return Delete(sets);
        var claims = Volumes.Of(name, owned).Where(c => c.Metadata.DeletionTimestamp is null).ToList();
        return claims.Count > 0 ? Delete(claims) : goes;
    }

    /// <summary>What goes already is waited for: its end wakes the next pass.</summary>
    static InstanceDeletion Delete(IEnumerable<IKubernetesObject<V1ObjectMeta>> children) =>
        new(
            [.. children.Where(c => c.Metadata.DeletionTimestamp is null).Select(c => new DeleteChild(c))],
            FinalizerStep.None
        );

    static string WaitsToSee(string cause) =>
        $"Deletion waits because the volumes were not seen: {cause}. Set spec.brokers.storage.deletionPolicy to "
        + "Retain to let the instance go without them";

    static bool IsOrphaning(V1ObjectMeta instance, InstanceChildren children) =>
        instance.Finalizers?.Contains(OrphanFinalizer) == true
        || children.StatefulSets.Any(s => HasVolumes(s) && s.Metadata.OwnerReferences is null or { Count: 0 });

    static bool HasVolumes(V1StatefulSet set) => set.Spec?.VolumeClaimTemplates is { Count: > 0 };
}
