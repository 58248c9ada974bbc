using System.Runtime.CompilerServices;
using k8s;
using k8s.Models;
using Operator.KubeClient.Resources;

namespace KubeOps.KubernetesClient;

/// <inheritdoc cref="IKubernetesClient"/>
public sealed class KubernetesClient : IKubernetesClient
{
    readonly KubernetesClientConfiguration configuration;

    public KubernetesClient(KubernetesClientConfiguration clientConfig)
        : this(clientConfig, new Kubernetes(clientConfig)) { }

    public KubernetesClient(KubernetesClientConfiguration clientConfig, IKubernetes client) =>
        (configuration, ApiClient) = (clientConfig, client);

    public IKubernetes ApiClient { get; }

    public Uri BaseUri => ApiClient.BaseUri;

    public Task<string> GetCurrentNamespaceAsync(
        string downwardApiEnvName = "POD_NAMESPACE",
        CancellationToken cancellationToken = default
    )
    {
        var fromPod = Environment.GetEnvironmentVariable(downwardApiEnvName);
        return Task.FromResult(!string.IsNullOrEmpty(fromPod) ? fromPod : configuration.Namespace ?? "default");
    }

    public Task<TEntity?> GetAsync<TEntity>(
        string name,
        string? @namespace = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta> => Of<TEntity>().GetAsync(name, @namespace, cancellationToken);

    public async Task<IList<TEntity>> ListAsync<TEntity>(
        string? @namespace = null,
        string? labelSelector = null,
        string? fieldSelector = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        [.. (await Of<TEntity>().ListAsync(@namespace, labelSelector, fieldSelector, cancellationToken)).Items];

    public Task<TEntity> CreateAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        Of<TEntity>().CreateAsync(entity, cancellationToken: cancellationToken);

    public Task<TEntity> UpdateAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        Of<TEntity>().UpdateAsync(entity, cancellationToken: cancellationToken);

    public Task<TEntity> UpdateStatusAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        Of<TEntity>().UpdateStatusAsync(entity, cancellationToken: cancellationToken);

    public Task<TEntity> PatchAsync<TEntity>(
        V1Patch patch,
        string name,
        string? @namespace = null,
        string? fieldManager = null,
        bool? force = null,
        string? dryRun = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        Of<TEntity>()
            .PatchAsync(
                patch,
                name,
                @namespace,
                subresource: null,
                fieldManager,
                force,
                dryRun is not null,
                cancellationToken
            );

    public Task<TEntity> PatchAsync<TEntity>(
        TEntity entity,
        V1Patch patch,
        string? fieldManager = null,
        bool? force = null,
        string? dryRun = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        PatchAsync<TEntity>(patch, entity.Name()!, entity.Namespace(), fieldManager, force, dryRun, cancellationToken);

    public Task DeleteAsync<TEntity>(TEntity entity, CancellationToken cancellationToken = default)
        where TEntity : IKubernetesObject<V1ObjectMeta>
    {
        var options = entity.Uid() is { } uid
            ? new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = uid } }
            : null;
        return Of<TEntity>().DeleteAsync(entity.Name()!, entity.Namespace(), options, cancellationToken);
    }

    public Task DeleteAsync<TEntity>(
        string name,
        string? @namespace = null,
        CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        Of<TEntity>().DeleteAsync(name, @namespace, cancellationToken: cancellationToken);

    public async IAsyncEnumerable<(WatchEventType Type, TEntity Entity)> WatchAsync<TEntity>(
        string? @namespace = null,
        string? resourceVersion = null,
        string? labelSelector = null,
        string? fieldSelector = null,
        bool? allowWatchBookmarks = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
        where TEntity : IKubernetesObject<V1ObjectMeta>
    {
        var options = new WatchOptions
        {
            Namespace = @namespace,
            ResourceVersion = resourceVersion,
            LabelSelector = labelSelector,
            FieldSelector = fieldSelector,
            Bookmarks = allowWatchBookmarks ?? false,
        };
        await foreach (var (type, entity) in Of<TEntity>().WatchAsync(options, cancellationToken))
            yield return (type, entity);
    }

    public void Dispose() => ApiClient.Dispose();

    ResourceClient<TEntity> Of<TEntity>()
        where TEntity : IKubernetesObject<V1ObjectMeta> => ApiClient.Resources<TEntity>();
}
