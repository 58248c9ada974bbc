using k8s;
using k8s.Models;
using Operator.Plan.Diff;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// The fields of a StatefulSet that cannot be changed are applied with their live values: leaving an owned one out is
/// refused like changing it, and so is another label of a claim template. A wanted difference is reported.
/// </summary>
static class ImmutableFields
{
    /// <summary>Puts the live values into the desired set; returns what could not be had.</summary>
    public static IEnumerable<string> Keep(V1StatefulSet desired, V1StatefulSet? live)
    {
        if (live?.Spec is not { } spec)
            return [];
        var wanted = desired.Spec!;
        wanted.ServiceName = spec.ServiceName;
        wanted.PodManagementPolicy = spec.PodManagementPolicy;
        wanted.Selector = spec.Selector;
        if (Holds(wanted.VolumeClaimTemplates, spec.VolumeClaimTemplates))
            return [];
        var differences = Differences(desired.Metadata.Name!, wanted.VolumeClaimTemplates, spec.VolumeClaimTemplates)
            .ToList();
        wanted.VolumeClaimTemplates = spec.VolumeClaimTemplates;
        return differences;
    }

    static bool Holds(IList<V1PersistentVolumeClaim>? wanted, IList<V1PersistentVolumeClaim>? live) =>
        (wanted?.Count ?? 0) == (live?.Count ?? 0)
        && (wanted ?? [])
            .Zip(live ?? [])
            .All(pair =>
                pair.First.Spec!.StorageClassName == pair.Second.Spec!.StorageClassName
                && Same(pair.First.Metadata.Labels, pair.Second.Metadata.Labels)
                && JsonSubset.Holds(
                    KubernetesJson.SerializeToNode(pair.First.Spec),
                    KubernetesJson.SerializeToNode(pair.Second.Spec)
                )
            );

    static bool Same(IDictionary<string, string>? wanted, IDictionary<string, string>? live) =>
        (wanted?.Count ?? 0) == (live?.Count ?? 0)
        && (wanted ?? new Dictionary<string, string>()).All(pair =>
            live!.TryGetValue(pair.Key, out var value) && value == pair.Value
        );

    static IEnumerable<string> Differences(
        string set,
        IList<V1PersistentVolumeClaim>? wanted,
        IList<V1PersistentVolumeClaim>? live
    )
    {
        foreach (var (now, was) in (wanted ?? []).Zip(live ?? []))
        {
            var (size, had) = (Size(now), Size(was));
            if (size != had)
                yield return $"volumes of {set} have {Text(had)} and spec.brokers.storage.size is {Text(size)}";
            if (now.Spec!.StorageClassName != was.Spec!.StorageClassName)
                yield return $"volumes of {set} are of {Class(was)} and spec.brokers.storage.className is "
                    + (now.Spec.StorageClassName ?? "not set");
        }
    }

    /// <summary>The size of the volumes that the set makes, or null when it makes none.</summary>
    public static ResourceQuantity? VolumeSize(V1StatefulSet? set) =>
        set?.Spec?.VolumeClaimTemplates?.Select(Size).FirstOrDefault();

    static string Class(V1PersistentVolumeClaim claim) =>
        claim.Spec!.StorageClassName is { } name ? $"class {name}" : "the default class";

    static ResourceQuantity? Size(V1PersistentVolumeClaim claim) =>
        claim.Spec?.Resources?.Requests?.TryGetValue("storage", out var size) == true ? size : null;

    static string Text(ResourceQuantity? size) => size?.ToString() ?? "no size";
}
