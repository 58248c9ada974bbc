using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Operator.Control.Observe;
using Operator.KubeClient.Resources;
using Operator.Plan.Remote;

namespace Operator.Control.Apply;

/// <summary>
/// Adds and removes the operator's finalizer by a merge patch that is conditional on the version that was judged:
/// another's finalizer that was added meanwhile must not be lost.
/// </summary>
sealed class FinalizerWriter<T>(ResourceClient<T> client, IWriteNotes<T> notes, FailureBackoff backoff)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Adds it; returns when to try again, null when it is there.</summary>
    public Task<TimeSpan?> AddAsync(T entity, CancellationToken cancellationToken) =>
        SetAsync(entity, [.. entity.Metadata.Finalizers ?? [], Finalizers.Name], cancellationToken);

    /// <summary>Removes it; returns when to try again, null when it, or the object, is gone.</summary>
    public Task<TimeSpan?> RemoveAsync(T entity, CancellationToken cancellationToken) =>
        SetAsync(entity, [.. (entity.Metadata.Finalizers ?? []).Where(f => f != Finalizers.Name)], cancellationToken);

    async Task<TimeSpan?> SetAsync(T entity, IReadOnlyList<string> finalizers, CancellationToken cancellationToken)
    {
        var key = $"{entity.Kind}/finalizers/{entity.Metadata.NamespaceProperty}/{entity.Metadata.Name}";
        var wish = string.Join(',', finalizers);
        if (backoff.Held(key, wish) is { } held)
            return held.Remaining;
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = entity.Metadata.ResourceVersion,
                ["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]),
            },
        };
        try
        {
            notes.Wrote(
                await client.PatchAsync(
                    new V1Patch(body.ToJsonString(), V1Patch.PatchType.MergePatch),
                    entity.Metadata.Name!,
                    entity.Metadata.NamespaceProperty,
                    cancellationToken: cancellationToken
                )
            );
            backoff.Succeeded(key);
            return null;
        }
        catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception e) when (ApiFailure.IsOne(e))
        {
            return backoff.Failed(key, wish, ApiFailure.Of(e));
        }
    }
}
