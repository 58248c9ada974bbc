using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Control.Observe;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Resources;

namespace Operator.Control.Apply;

/// <summary>
/// The one status write of a pass: server-side apply of the whole status, skipped when the object has it already.
/// </summary>
sealed class StatusWriter<T, TStatus>(
    ResourceClient<T> client,
    IWriteNotes<T> notes,
    FailureBackoff backoff,
    TimeProvider time,
    ILogger logger
)
    where T : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
    where TStatus : class
{
    readonly DroppedFields _dropped = new(time);

    /// <summary>
    /// Writes the status where it differs. Returns when to try again, null when there is nothing more to do.
    /// </summary>
    public async Task<TimeSpan?> WriteAsync(T entity, TStatus status, CancellationToken cancellationToken)
    {
        var wanted = KubernetesJson.SerializeToNode(status);
        var held = NodeOf(entity);
        if (JsonNode.DeepEquals(wanted, held) || _dropped.AreAllThatIsMissing(wanted, held))
            return null;
        var key = $"{entity.Kind}/status/{entity.Metadata.NamespaceProperty}/{entity.Metadata.Name}";
        // Not the status itself: a refused one that moves on with the clock would look like another wish each time.
        var wish = $"generation {entity.Metadata.Generation}";
        if (backoff.Held(key, wish) is { } waiting)
            return waiting.Remaining;
        var body = new JsonObject
        {
            ["apiVersion"] = entity.ApiVersion,
            ["kind"] = entity.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = entity.Metadata.Name,
                ["namespace"] = entity.Metadata.NamespaceProperty,
                // Another object of the same name must not get this one's status.
                ["uid"] = entity.Metadata.Uid,
            },
            ["status"] = wanted.DeepClone(),
        };
        try
        {
            var written = await client.ApplyStatusAsync(
                body,
                FieldManagers.Status,
                cancellationToken: cancellationToken
            );
            notes.Wrote(written);
            _dropped.Answered(wanted, NodeOf(written));
            backoff.Succeeded(key);
            return null;
        }
        catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null; // the object is gone: its watch will say so
        }
        catch (Exception e) when (ApiFailure.IsOne(e))
        {
            var failure = ApiFailure.Of(e);
            var pause = backoff.Failed(key, wish, failure);
            ControlLog.StatusNotWritten(logger, entity.Kind, ObjectKey.Of(entity), failure.Message, pause);
            return pause;
        }
    }

    static JsonNode? NodeOf(T entity) => entity.Status is null ? null : KubernetesJson.SerializeToNode(entity.Status);
}
