using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Operator.Plan.Diff;

/// <summary>
/// Decides whether a child has to be applied. The hash of the last apply shows that the plan has changed, including
/// what
/// it no longer holds; the comparison shows that somebody has changed the object.
/// </summary>
public static class ChildDiff
{
    /// <summary>The object as it is to be sent: with the hash of everything else in an annotation.</summary>
    public static T Stamped<T>(T desired)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var hash = Fingerprint.OfObject(desired);
        var annotations = new SortedDictionary<string, string>(
            desired.Metadata.Annotations ?? new Dictionary<string, string>(),
            StringComparer.Ordinal
        )
        {
            [Labels.Applied] = hash,
        };
        desired.Metadata.Annotations = annotations;
        return desired;
    }

    /// <summary>
    /// Whether a stamped object differs from the live one, and what others added to that. When the plan has changed,
    /// the next pass looks for additions: what the last plan held and this one does not is none.
    /// </summary>
    public static (bool Differs, IReadOnlyList<KeyValuePair<string, string>> Foreign) Compare(
        IKubernetesObject<V1ObjectMeta> stamped,
        IKubernetesObject<V1ObjectMeta>? live
    )
    {
        if (
            live?.Metadata.Annotations is not { } annotations
            || annotations.TryGetValue(Labels.Applied, out var hash) is false
            || hash != stamped.Metadata.Annotations![Labels.Applied]
        )
            return (true, []);
        var desired = KubernetesJson.SerializeToNode(stamped).AsObject();
        var seen = KubernetesJson.SerializeToNode(live).AsObject();
        Forget(desired);
        Forget(seen);
        return (!JsonSubset.Holds(desired, seen), ForeignFields.Of(desired, seen, stamped.Kind));
    }

    /// <summary>Items of a list that was read have no kind; the objects are of one kind anyway.</summary>
    static void Forget(JsonObject map)
    {
        map.Remove("kind");
        map.Remove("apiVersion");
    }
}
