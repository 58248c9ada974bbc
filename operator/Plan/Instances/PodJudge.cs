using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances;

/// <summary>
/// Tells a pod that is on its way from one that needs help. Kubernetes' own messages hold growing back-off times, which
/// would change the status for ever: only what stands still is taken from them.
/// </summary>
static class PodJudge
{
    /// <summary>The scheduler says Unschedulable for a moment whenever a volume is still being made.</summary>
    static readonly TimeSpan SchedulingGrace = TimeSpan.FromSeconds(30);

    static readonly string[] PullReasons =
    [
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
    ];

    static readonly string[] CreateReasons =
    [
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
    ];

    /// <param name="name">The pod that should exist.</param>
    /// <param name="pod">The pod, or null.</param>
    /// <param name="startup">How long it may take to its first ready answer.</param>
    /// <param name="missingTooLong">Whether pods have been missing for longer than a StatefulSet needs to make
    /// them.</param>
    /// <param name="now">The time of the pass.</param>
    public static PodFact Judge(string name, V1Pod? pod, TimeSpan startup, bool missingTooLong, DateTimeOffset now)
    {
        if (pod is null)
        {
            return missingTooLong
                ? new PodFact(
                    name,
                    ReplicaState.Missing,
                    Reason.PodsNotReady,
                    $"does not exist: kubectl describe statefulset {SetOf(name)} says why, a quota for example"
                )
                : new PodFact(name, ReplicaState.Missing);
        }
        if (pod.Metadata.DeletionTimestamp is not null)
            return new PodFact(name, ReplicaState.Terminating);
        if (pod.Status?.Conditions?.Any(c => c.Type == "Ready" && c.Status == "True") == true)
            return new PodFact(name, ReplicaState.Ready);
        var age = now.UtcDateTime - (pod.Metadata.CreationTimestamp ?? now.UtcDateTime);
        if (Failure(pod, age) is { } failure)
            return new PodFact(name, ReplicaState.Failing, failure.Cause, failure.Detail);
        return age > startup + SchedulingGrace
            ? new PodFact(name, ReplicaState.Failing, Reason.PodsNotReady, "is not ready; see its log")
            : new PodFact(name, ReplicaState.Starting);
    }

    static string SetOf(string pod) => pod[..pod.LastIndexOf('-')];

    static (Reason Cause, string Detail)? Failure(V1Pod pod, TimeSpan age)
    {
        var scheduled = pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        if (scheduled is { Status: "False", Reason: "Unschedulable" } && age > SchedulingGrace)
            return (Reason.Unschedulable, $"finds no node: {scheduled.Message}");
        foreach (var container in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            if (container.State?.Waiting is not { Reason: { } reason } waiting)
                continue;
            if (PullReasons.Contains(reason))
                return (Reason.ImagePullFailed, $"cannot pull image {container.Image}");
            if (CreateReasons.Contains(reason))
                return (Reason.ContainerNotCreated, $"cannot make container {container.Name}: {waiting.Message}");
            if (reason == "CrashLoopBackOff")
                return (Reason.CrashLooping, $"ends again and again, last with {Ending(container)}");
        }
        return null;
    }

    static string Ending(V1ContainerStatus container) =>
        container.LastState?.Terminated is { } last
            ? $"exit code {last.ExitCode} ({last.Reason}){Said(last)}"
            : "an unknown exit code";

    static string Said(V1ContainerStateTerminated last) => LastWords.Of(last.Message) is { } words ? $": {words}" : "";
}
