using k8s.Models;
using Operator.Api;
using Operator.Api.Instances;
using Operator.Plan.Actions;

namespace Operator.Plan.Instances;

/// <summary>
/// The volume claims of an instance. Nothing about them is left to the garbage collector: it acts on what was true when
/// a reference was written, and a person may have changed <c>deletionPolicy</c> since.
/// </summary>
static class Volumes
{
    /// <summary>The claims that the instance's StatefulSets made or would use, by their names.</summary>
    public static IEnumerable<V1PersistentVolumeClaim> Of(string instance, InstanceChildren children) =>
        children.Claims.Where(claim => IsOf(instance, claim));

    /// <summary>Takes away the references to instances that versions before this one wrote.</summary>
    public static IReadOnlyList<PlannedAction> Release(string instance, InstanceChildren children) =>
        [
            .. Of(instance, children)
                .Where(claim => claim.Metadata.OwnerReferences?.Any(IsInstance) == true)
                .Select(claim => new DisownChild(
                    claim,
                    [.. claim.Metadata.OwnerReferences!.Where(reference => !IsInstance(reference))]
                )),
        ];

    static bool IsOf(string instance, V1PersistentVolumeClaim claim)
    {
        if (claim.Metadata.Labels?.TryGetValue(Labels.Group, out var label) != true)
            return false;
        var prefix = BrokerGroup.FromLabel(instance, label)?.Claim(0)[..^1];
        return prefix is not null
            && claim.Metadata.Name!.StartsWith(prefix, StringComparison.Ordinal)
            && claim.Metadata.Name.AsSpan(prefix.Length) is { IsEmpty: false } ordinal
            && !ordinal.ContainsAnyExceptInRange('0', '9');
    }

    static bool IsInstance(V1OwnerReference reference) =>
        reference.Kind == RocketMQInstance.KubeKind
        && reference.ApiVersion.StartsWith(ApiGroup.Name + "/", StringComparison.Ordinal);
}
