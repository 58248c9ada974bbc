using k8s;
using k8s.Models;

namespace KubeOps.KubernetesClient;

/// <summary>
/// Typed access to an API server. Errors of the server are <see cref="k8s.Autorest.HttpOperationException"/>;
/// 429 and 503 answers that name a delay have been waited for and tried again before.
/// </summary>
public interface IKubernetesClient : IDisposable
{
    IKubernetes ApiClient { get; }

    Uri BaseUri { get; }

    /// <summary>
    /// From the environment variable, else the kubeconfig or the service account, else <c>default</c>.
    /// </summary>
    Task<string> GetCurrentNamespaceAsync(
        string downwardApiEnvName = "POD_NAMESPACE",
        CancellationToken cancellationToken = default
    );

    /// <returns>Null when there is no such object.</returns>
    Task<TEntity?> GetAsync<TEntity>(
        string name,
        string? @namespace = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    /// <summary>All pages of a list.</summary>
    /// <param name="namespace">All namespaces when null.</param>
    Task<IList<TEntity>> ListAsync<TEntity>(
        string? @namespace = null,
        string? labelSelector = null,
        string? fieldSelector = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    Task<TEntity> CreateAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces; conditional when the entity holds a resource version.</summary>
    Task<TEntity> UpdateAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    Task<TEntity> UpdateStatusAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    Task<TEntity> PatchAsync<TEntity>(
        V1Patch patch,
        string name,
        string? @namespace = null,
        string? fieldManager = null,
        bool? force = null,
        string? dryRun = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    Task<TEntity> PatchAsync<TEntity>(
        TEntity entity,
        V1Patch patch,
        string? fieldManager = null,
        bool? force = null,
        string? dryRun = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes by name and, when known, uid; an object that is gone already is no error.</summary>
    Task DeleteAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    /// <inheritdoc cref="DeleteAsync{TEntity}(TEntity, CancellationToken)"/>
    Task DeleteAsync<TEntity>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// One watch until the server ends it. For a view that lasts use <c>Operator.KubeClient.Informers.Informer</c>.
    /// </summary>
    IAsyncEnumerable<(WatchEventType Type, TEntity Entity)> WatchAsync<TEntity>(
        string? @namespace = null,
        string? resourceVersion = null,
        string? labelSelector = null,
        string? fieldSelector = null,
        bool? allowWatchBookmarks = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta>;
}
