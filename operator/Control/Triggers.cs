using k8s;
using k8s.Models;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Operator.Control.Observe;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Queues;
using Operator.Plan;

namespace Operator.Control;

/// <summary>
/// Which change wakes which pass. All keys are instances: one for the instance itself, one for its topics and groups
/// together, so that a thousand changed topics cost one reading of each broker.
/// </summary>
sealed class Triggers(ClusterCaches caches, WorkQueue<ObjectKey> instances, WorkQueue<ObjectKey> catalogues)
{
    /// <summary>Subscribes to everything; every object known now counts as a change.</summary>
    public void Connect()
    {
        caches.Instances.Subscribe(InstanceChanged);
        caches.Topics.Subscribe(TopicChanged);
        caches.Groups.Subscribe(GroupChanged);
        caches.Leases.Subscribe(LeaseChanged);
        caches.Pods.Subscribe(PodChanged);
        caches.EndpointSlices.Subscribe(c => ChildChanged(c, c.Type != ChangeType.Updated));
        Follow(caches.StatefulSets);
        Follow(caches.Services);
        Follow(caches.ConfigMaps);
        Follow(caches.ServiceAccounts);
        Follow(caches.Roles);
        Follow(caches.RoleBindings);
        Follow(caches.DisruptionBudgets);
        Follow(caches.Claims);
    }

    /// <summary>Wakes the passes over everything that is known.</summary>
    public void WakeAll()
    {
        foreach (var instance in caches.Instances.List())
        {
            instances.Add(ObjectKey.Of(instance));
            catalogues.Add(ObjectKey.Of(instance));
        }
    }

    void Follow<T>(KindCache<T> cache)
        where T : class, IKubernetesObject<V1ObjectMeta> => cache.Subscribe(c => ChildChanged(c, true));

    void InstanceChanged(CacheChange<RocketMQInstance> change)
    {
        if (IsOwnStatusWrite(change))
            return;
        var key = ObjectKey.Of(change.Object);
        instances.Add(key);
        catalogues.Add(key);
    }

    void TopicChanged(CacheChange<Topic> change)
    {
        if (IsOwnStatusWrite(change))
            return;
        catalogues.Add(InstanceReferences.Of(change.Object));
        if (change.Previous is { } previous)
            catalogues.Add(InstanceReferences.Of(previous));
    }

    void GroupChanged(CacheChange<Group> change)
    {
        if (IsOwnStatusWrite(change))
            return;
        catalogues.Add(InstanceReferences.Of(change.Object));
        if (change.Previous is { } previous)
            catalogues.Add(InstanceReferences.Of(previous));
    }

    /// <summary>A renewal every two seconds is no change; another holder or epoch is.</summary>
    void LeaseChanged(CacheChange<V1Lease> change)
    {
        var isRenewal =
            change is { Type: ChangeType.Updated, Previous: { } previous }
            && previous.Spec?.HolderIdentity == change.Object.Spec?.HolderIdentity
            && SameMap(previous.Metadata.Annotations, change.Object.Metadata.Annotations)
            && SameMap(previous.Metadata.Labels, change.Object.Metadata.Labels);
        if (isRenewal)
            return;
        ChildChanged(change, true);
        if (InstanceOf(change.Object) is { } key)
            catalogues.Add(key);
    }

    /// <summary>Topics and groups care for a pod that begins or ceases to answer.</summary>
    void PodChanged(CacheChange<V1Pod> change)
    {
        ChildChanged(change, true);
        var was = change.Previous is { } previous && PodAddresses.IsReady(previous);
        if (was != PodAddresses.IsReady(change.Object) && InstanceOf(change.Object) is { } key)
            catalogues.Add(key);
    }

    void ChildChanged<T>(CacheChange<T> change, bool matters)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (matters && InstanceOf(change.Object) is { } key)
            instances.Add(key);
    }

    /// <summary>Everything but the status, and what the API server counts along with it, is as before.</summary>
    static bool IsOwnStatusWrite<T>(CacheChange<T> change)
        where T : IKubernetesObject<V1ObjectMeta> =>
        change is { Type: ChangeType.Updated, Previous: { } previous }
        && previous.Metadata.Generation == change.Object.Metadata.Generation
        && previous.Metadata.DeletionTimestamp == change.Object.Metadata.DeletionTimestamp
        && SameMap(previous.Metadata.Annotations, change.Object.Metadata.Annotations)
        && SameMap(previous.Metadata.Labels, change.Object.Metadata.Labels)
        && (previous.Metadata.Finalizers ?? []).SequenceEqual(change.Object.Metadata.Finalizers ?? []);

    static bool SameMap(IDictionary<string, string>? left, IDictionary<string, string>? right) =>
        (left?.Count ?? 0) == (right?.Count ?? 0)
        && (left ?? new Dictionary<string, string>()).All(pair =>
            right!.TryGetValue(pair.Key, out var value) && value == pair.Value
        );

    static ObjectKey? InstanceOf(IKubernetesObject<V1ObjectMeta> child) =>
        child.Metadata.Labels?.TryGetValue(Labels.Instance, out var name) == true
            ? new ObjectKey(child.Metadata.NamespaceProperty ?? "", name)
            : null;
}
