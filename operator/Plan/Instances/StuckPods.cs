using k8s.Models;

namespace Operator.Plan.Instances;

/// <summary>
/// Pods that never worked and never will: made from a template that is no longer wanted, with an image that does not
/// exist or for a node that does not exist. Their sets are OnDelete, so a corrected spec alone would not replace them.
/// A pod that was ready once is left to people.
/// </summary>
static class StuckPods
{
    /// <summary>
    /// The kubelet says that a pod is not ready as soon as it takes it, and Kubernetes keeps whole seconds: a pod that
    /// became ready and lost it again has a later transition, since probes begin a second after the start.
    /// </summary>
    static readonly TimeSpan FirstReport = TimeSpan.FromSeconds(1);

    /// <param name="pod">A pod that runs an older template.</param>
    /// <param name="fails">Whether it was judged to fail, and not just to be on its way.</param>
    public static bool IsOne(V1Pod pod, bool fails)
    {
        if (pod.Metadata.DeletionTimestamp is not null)
            return false;
        var ready = pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        if (ready?.Status == "True")
            return false;
        if (pod.Status?.Phase == "Pending" && !HasRun(pod))
            return true; // nothing of it has ever run
        return fails
            && pod.Status?.StartTime is { } started
            && ready?.LastTransitionTime is { } since
            && since - started <= FirstReport;
    }

    static bool HasRun(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.Any(c => c.RestartCount > 0 || c.LastState?.Terminated is not null) == true;
}
