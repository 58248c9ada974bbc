using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Operator.Api.Instances;
using Operator.Control.Apply;
using Operator.Control.Events;
using Operator.Control.Observe;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Queues;
using Operator.Plan.Instances;

namespace Operator.Control.Instances;

/// <summary>
/// One pass over an instance: observe, plan, apply, one status write, events. All decisions are the planner's.
/// </summary>
sealed class InstanceController(
    ClusterCaches caches,
    InstanceReader reader,
    Applier applier,
    StatusWriter<RocketMQInstance, InstanceStatus> statuses,
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
        var uid = instance.Metadata.Uid!;
        var observation = await reader.ObserveAsync(instance, _terminating.ContainsKey(uid), cancellationToken);
        var plan = InstancePlanner.Plan(observation);
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
        var next = Deadline.Earliest(plan.WakeAfter, applied.Retry, retry);
        meters.Pass("instance", applied.Failures.Count == 0 && retry is null, time.GetElapsedTime(started));
        ControlLog.Passed(logger, "instance", item.Key, applied.Writes, applied.Failures.Count, next);
        return WorkOutcome.After(next);
    }
}
