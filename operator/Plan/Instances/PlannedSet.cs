using k8s;
using k8s.Models;
using Operator.Plan.Diff;
using Operator.Plan.Instances.Children;

namespace Operator.Plan.Instances;

/// <summary>
/// A StatefulSet as it is applied: with live values where those cannot be changed, and with the template's hash by
/// which pods that are older are found. The hash moves only with what the API server would keep: another spelling, or
/// a default that somebody wrote down, is no change, and neither is another version of the operator.
/// </summary>
/// <param name="Set">The set.</param>
/// <param name="Live">The set as it is, or null.</param>
/// <param name="Differences">What the spec asks for and a StatefulSet cannot change, in words.</param>
/// <param name="Same">The hashes of this template in all spellings that pods may carry.</param>
sealed record PlannedSet(
    V1StatefulSet Set,
    V1StatefulSet? Live,
    IReadOnlyList<string> Differences,
    Lazy<IReadOnlyList<string>> Same
)
{
    public static PlannedSet Of(Func<InstanceModel, V1StatefulSet> build, InstanceModel model, V1StatefulSet? live)
    {
        var set = Choose(build, model, live);
        var differences = ImmutableFields.Keep(set, live).ToList();
        var current = HashOf(set)!;
        return new PlannedSet(
            set,
            live,
            differences,
            new(() => [current, .. Variants(model, live).Select(m => HashOf(build(m))!)])
        );
    }

    /// <summary>Whether the pod was made from an older template.</summary>
    public bool IsOutdated(V1Pod pod)
    {
        var made = pod.Metadata.Annotations?.TryGetValue(Labels.Template, out var hash) == true ? hash : null;
        return made is null || made != HashOf(Set) && !Same.Value.Contains(made);
    }

    /// <summary>Whether the pod is this set's.</summary>
    public bool Owns(V1Pod pod) =>
        pod.Metadata.OwnerReferences?.Any(o => o.Kind == V1StatefulSet.KubeKind && o.Name == Set.Metadata.Name) == true;

    /// <summary>Whether pods that the StatefulSet controller makes now are from this template.</summary>
    public bool IsApplied =>
        Live is not null
        && HashOf(Live) == HashOf(Set)
        && (Live.Status?.ObservedGeneration is not { } seen || seen >= (Live.Metadata.Generation ?? 0));

    static V1StatefulSet Choose(Func<InstanceModel, V1StatefulSet> build, InstanceModel model, V1StatefulSet? live)
    {
        V1StatefulSet? last = null;
        foreach (var variant in Variants(model, live))
        {
            var set = build(variant);
            if (live is null || HashOf(set) == HashOf(live))
                return set;
            if (!variant.KeepsSpelling)
                last = set; // with the size that the volumes have
        }
        if (HashOf(live!) is { } made && IsSame(last!, live!))
            last!.Spec!.Template.Metadata!.Annotations![Labels.Template] = made;
        return last!;
    }

    /// <summary>
    /// The model in the spellings that templates have been made from. Volumes keep their size, so a template is built
    /// for the size they have: else a wish for another size would be a change of the template.
    /// </summary>
    static IEnumerable<InstanceModel> Variants(InstanceModel model, V1StatefulSet? live)
    {
        yield return model;
        yield return model with
        {
            KeepsSpelling = true,
        };
        if (ImmutableFields.VolumeSize(live) is not { } size || size == model.VolumeSize)
            yield break;
        yield return model with
        {
            VolumeSize = size,
        };
        yield return model with
        {
            VolumeSize = size,
            KeepsSpelling = true,
        };
    }

    /// <summary>Whether the live template is what the API server would make of the wanted one.</summary>
    static bool IsSame(V1StatefulSet set, V1StatefulSet live)
    {
        var wanted = KubernetesJson.SerializeToNode(set.Spec!.Template).AsObject();
        var seen = KubernetesJson.SerializeToNode(live.Spec!.Template).AsObject();
        foreach (var template in new[] { wanted, seen })
            template["metadata"]?["annotations"]?.AsObject().Remove(Labels.Template);
        return JsonSubset.Holds(wanted, seen) && ForeignFields.Of(wanted, seen).Count == 0;
    }

    static string? HashOf(V1StatefulSet set) =>
        set.Spec?.Template.Metadata?.Annotations?.TryGetValue(Labels.Template, out var hash) == true ? hash : null;
}
