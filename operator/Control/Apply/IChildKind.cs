using k8s;
using k8s.Models;

namespace Operator.Control.Apply;

/// <summary>The writes of one kind of child, for callers that know the kind only at run time.</summary>
interface IChildKind
{
    /// <summary>Server-side apply with force, as the operator's field manager, to the object of that uid.</summary>
    Task ApplyAsync(IKubernetesObject<V1ObjectMeta> child, string? uid, CancellationToken cancellationToken);

    /// <summary>Server-side apply that creates the object; a conflict when there is one of that name.</summary>
    Task ApplyNewAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken);

    /// <summary>POST.</summary>
    Task CreateAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken);

    /// <summary>The object of the child's name, whoever made it; null when there is none.</summary>
    Task<IKubernetesObject<V1ObjectMeta>?> FindAsync(
        IKubernetesObject<V1ObjectMeta> child,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// PUT of exactly this version, with the child's labels and owner reference and all else as it is.
    /// </summary>
    Task MarkAsync(
        IKubernetesObject<V1ObjectMeta> live,
        IKubernetesObject<V1ObjectMeta> child,
        CancellationToken cancellationToken
    );

    /// <summary>Sets the owner references of exactly this version.</summary>
    Task DisownAsync(
        IKubernetesObject<V1ObjectMeta> live,
        IReadOnlyList<V1OwnerReference> kept,
        CancellationToken cancellationToken
    );

    /// <summary>Removes fields of exactly this object, by JSON pointers in the order of removal.</summary>
    /// <returns>Whether the object is another one after it.</returns>
    Task<bool> TrimAsync(
        IKubernetesObject<V1ObjectMeta> live,
        IEnumerable<string> pointers,
        CancellationToken cancellationToken
    );

    /// <summary>DELETE of exactly this object, by uid, or of exactly this version of it.</summary>
    Task DeleteAsync(IKubernetesObject<V1ObjectMeta> live, bool onlyThisVersion, CancellationToken cancellationToken);
}
