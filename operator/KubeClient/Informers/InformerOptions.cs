using k8s;
using k8s.Models;

namespace Operator.KubeClient.Informers;

/// <summary>What an informer covers and how long it trusts a silent watch.</summary>
public sealed record InformerOptions<T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>All namespaces when null.</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Indexes of the cache by name, for example <see cref="CacheIndexes.ByOwner"/>.</summary>
    public IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> Indexes { get; init; } =
        new Dictionary<string, Func<T, IEnumerable<string>>>();

    /// <summary>
    /// Keep the record of who set which field; it is often longer than the object, so it is dropped otherwise.
    /// </summary>
    public bool KeepManagedFields { get; init; }

    /// <summary>Makes an object smaller before it is kept; it may change it.</summary>
    public Action<T>? Trim { get; init; }

    /// <summary>
    /// The server is asked to end each watch after a random time between this and <see cref="LongestWatch"/>.
    /// </summary>
    public TimeSpan ShortestWatch { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan LongestWatch { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>A watch that says nothing for its whole time and this much more is given up.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After so long without a word the server is asked whether it is there. Silence alone is no fault: bookmarks come
    /// every minute at best, and the server's cache sends none while its version of the kind has not moved beyond where
    /// the watch began, which for a kind that nobody changes may take ten minutes.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(150);
}
