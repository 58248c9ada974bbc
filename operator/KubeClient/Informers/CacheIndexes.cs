using k8s;
using k8s.Models;

namespace Operator.KubeClient.Informers;

/// <summary>The usual indexes of a cache.</summary>
public static class CacheIndexes
{
    /// <summary>By the uid of each owner.</summary>
    public static IEnumerable<string> ByOwner<T>(T entity)
        where T : IKubernetesObject<V1ObjectMeta> => entity.OwnerReferences()?.Select(o => o.Uid) ?? [];

    /// <summary>By <c>namespace/value</c> of a label, so that two namespaces do not meet.</summary>
    public static Func<T, IEnumerable<string>> ByLabel<T>(string label)
        where T : IKubernetesObject<V1ObjectMeta> =>
        entity => entity.GetLabel(label) is { } value ? [$"{entity.Namespace()}/{value}"] : [];
}
