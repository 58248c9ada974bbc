using Operator.Control.Observe;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Queues;
using Operator.Plan;
using Operator.Plan.Remote;

namespace Operator.Control.Catalogues;

/// <summary>
/// One pass over all Topics and Groups that refer to one instance. They are taken together because what they need is
/// the same: one reading of each master's tables, however many there are.
/// </summary>
sealed class CatalogueController(
    ClusterCaches caches,
    IReadOnlyList<string> watchNamespaces,
    IReadOnlyList<IRemotePass> passes,
    ControlMeters meters,
    TimeProvider time
)
{
    /// <summary>With nothing to look after there is nothing to look at; a new resource wakes the pass.</summary>
    static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>The pass.</summary>
    public async Task<WorkOutcome> ReconcileAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var context = Observe(item.Key);
        var (next, settled) = (Idle, true);
        foreach (var pass in passes)
        {
            var (due, isSettled) = await pass.RunAsync(context, cancellationToken);
            next = Deadline.Earliest(next, due);
            settled &= isSettled;
        }
        meters.Pass("catalogue", settled, time.GetElapsedTime(started));
        return next == Idle ? WorkOutcome.Done : WorkOutcome.After(next);
    }

    InstanceContext Observe(ObjectKey key)
    {
        var instance = caches.Instances.Get(key);
        var cause = IsWatched(key.Namespace)
            ? caches.Instances.Refusal(key.Namespace)
            : $"this operator does not work in namespace {key.Namespace}";
        if (instance is null && cause is not null)
            return new InstanceContext(key, Observed.Unknown<InstanceLookup>(cause), [], []);
        var lookup = Observed.Known(new InstanceLookup(instance));
        if (instance is null || instance.Metadata.DeletionTimestamp is not null)
            return new InstanceContext(key, lookup, [], []);
        var children = caches.ChildrenOf(key).OwnedBy(instance.Metadata);
        var nameServers = children
            .Pods.Where(p => PodAddresses.IsNameServer(p) && PodAddresses.IsReady(p))
            .Select(PodAddresses.Of)
            .OfType<string>();
        return new InstanceContext(key, lookup, Masters.Of(instance, children), [.. nameServers]);
    }

    bool IsWatched(string name) => watchNamespaces.Count == 0 || watchNamespaces.Contains(name);
}
