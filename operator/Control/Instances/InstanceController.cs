using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Operator.Api.Instances;
using Operator.Control.Apply;
using Operator.Control.Events;
using Operator.Control.Observe;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Queues;
using Operator.KubeClient.Resources;
using Operator.Plan.Instances;
using Operator.Plan.Remote;

namespace Operator.Control.Instances;

/// <summary>
/// One pass over an instance: observe, plan, apply, one status write, events. All decisions are the planner's.
/// </summary>
sealed class InstanceController(
    ClusterCaches caches,
    InstanceReader reader,
    Applier applier,
    ResourceClient<RocketMQInstance> client,
    StatusWriter<RocketMQInstance, InstanceStatus> statuses,
    FinalizerWriter<RocketMQInstance> finalizers,
    EventRecorder events,
    ControlMeters meters,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>
    /// Instances, by uid, whose namespace was seen to be on its way out: nothing can be created there.
    /// </summary>
    readonly ConcurrentDictionary<string, bool> _terminating = new();

    /// <summary>The pass.</summary>
    public async Task<WorkOutcome> ReconcileAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        if (caches.Instances.Get(item.Key) is not { } instance)
        {
            _terminating.Clear(); // those that still terminate are learned again by one refused call
            return WorkOutcome.Done;
        }
        var started = time.GetTimestamp();
        if (instance.Metadata.DeletionTimestamp is not null && Finalizers.Has(instance.Metadata))
        {
            // What the policy says now decides over the volumes, and a cache may be behind.
            if (await client.GetAsync(item.Key.Name, item.Key.Namespace, cancellationToken) is not { } present)
                return WorkOutcome.Done;
            instance = present;
        }
        var uid = instance.Metadata.Uid!;
        var observation = await reader.ObserveAsync(instance, _terminating.ContainsKey(uid), cancellationToken);
        var plan = InstancePlanner.Plan(observation);
        // Before a volume exists that has to go with the instance.
        var added = plan.Finalizer == FinalizerStep.Add ? await finalizers.AddAsync(instance, cancellationToken) : null;
        var applied = await applier.RunAsync(plan.Actions, cancellationToken);
        if (applied.NamespaceTerminating)
            _terminating[uid] = true;
        meters.ChildWrites(applied.Writes, applied.Failures.Count);
        var outcome = plan.Outcome(applied.Failures);
        var retry = outcome.Status is null
            ? null
            : await statuses.WriteAsync(instance, outcome.Status, cancellationToken);
        // A status that could not be written is judged again, and its events with it.
        if (retry is null)
            foreach (var planned in outcome.Events)
                await events.RecordAsync(instance, planned, cancellationToken);
        var removed =
            plan.Finalizer == FinalizerStep.Remove && applied.Failures.Count == 0
                ? await finalizers.RemoveAsync(instance, cancellationToken)
                : null;
        var next = Deadline.Earliest(
            Deadline.Earliest(plan.WakeAfter, applied.Retry, retry),
            Deadline.Earliest(plan.WakeAfter, added, removed)
        );
        meters.Pass("instance", applied.Failures.Count == 0 && retry is null, time.GetElapsedTime(started));
        ControlLog.Passed(logger, "instance", item.Key, applied.Writes, applied.Failures.Count, next);
        return WorkOutcome.After(next);
    }
}
