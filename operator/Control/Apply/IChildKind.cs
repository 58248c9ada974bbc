using k8s;
using k8s.Models;

namespace Operator.Control.Apply;

/// <summary>The writes of one kind of child, for callers that know the kind only at run time.</summary>
interface IChildKind
{
    /// <summary>Server-side apply with force, as the operator's field manager.</summary>
    Task ApplyAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken);

    /// <summary>POST.</summary>
    Task CreateAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken);

    /// <summary>DELETE of exactly this object, by uid.</summary>
    Task DeleteAsync(IKubernetesObject<V1ObjectMeta> live, CancellationToken cancellationToken);
}
