using k8s.Models;
using Operator.Plan;

namespace Operator.Control.Observe;

/// <summary>
/// Where a pod is reached by the operator: at its own address, so that neither DNS nor a Service has to work before the
/// operator can see that they do not.
/// </summary>
static class PodAddresses
{
    /// <summary>The remoting address; null while the pod has no address.</summary>
    public static string? Of(V1Pod pod)
    {
        if (pod.Status?.PodIP is not { Length: > 0 } ip)
            return null;
        var host = ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip;
        return $"{host}:{(IsNameServer(pod) ? Ports.NameServer : Ports.Broker)}";
    }

    /// <summary>Whether the pod is a name server's.</summary>
    public static bool IsNameServer(V1Pod pod) => ComponentOf(pod) == Labels.NameServer;

    /// <summary>Whether the pod can be asked: it is ready, and not on its way out.</summary>
    public static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null
        && pod.Status?.Conditions?.Any(c => c.Type == "Ready" && c.Status == "True") == true;

    static string? ComponentOf(V1Pod pod) =>
        pod.Metadata.Labels?.TryGetValue(Labels.Component, out var component) == true ? component : null;
}
