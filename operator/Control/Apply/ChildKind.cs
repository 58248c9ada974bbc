using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Control.Observe;
using Operator.KubeClient.Resources;

namespace Operator.Control.Apply;

/// <summary>
/// The writes of one kind of child. What was written is noted in the cache, so that the next pass does not decide on
/// an older view than this one made.
/// </summary>
sealed class ChildKind<T>(ResourceClient<T> client, IWriteNotes<T> notes) : IChildKind
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// A version that no object has: the API server's first write is a later one. An apply that names it creates the
    /// object or is refused, and so cannot take over what somebody else made a moment ago.
    /// </summary>
    const string NoVersion = "1";

    public async Task ApplyAsync(
        IKubernetesObject<V1ObjectMeta> child,
        string? uid,
        CancellationToken cancellationToken
    ) => notes.Wrote(await ApplyAsync(child, new V1Preconditions { Uid = uid }, cancellationToken));

    public async Task ApplyNewAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken) =>
        notes.Wrote(await ApplyAsync(child, new V1Preconditions { ResourceVersion = NoVersion }, cancellationToken));

    public async Task CreateAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken)
    {
        child.ApiVersion = client.Resource.ApiVersion;
        notes.Wrote(await client.CreateAsync((T)child, FieldManagers.Children, cancellationToken: cancellationToken));
    }

    public async Task<IKubernetesObject<V1ObjectMeta>?> FindAsync(
        IKubernetesObject<V1ObjectMeta> child,
        CancellationToken cancellationToken
    ) => await client.GetAsync(child.Metadata.Name!, child.Metadata.NamespaceProperty, cancellationToken);

    public async Task MarkAsync(
        IKubernetesObject<V1ObjectMeta> live,
        IKubernetesObject<V1ObjectMeta> child,
        CancellationToken cancellationToken
    )
    {
        var labels = new Dictionary<string, string>(live.Metadata.Labels ?? new Dictionary<string, string>());
        foreach (var (name, value) in child.Metadata.Labels ?? new Dictionary<string, string>())
            labels[name] = value;
        var owners = child.Metadata.OwnerReferences ?? [];
        live.Metadata.Labels = labels;
        live.Metadata.OwnerReferences =
        [
            .. (live.Metadata.OwnerReferences ?? []).Where(known => owners.All(o => o.Uid != known.Uid)),
            .. owners,
        ];
        live.ApiVersion = client.Resource.ApiVersion;
        notes.Wrote(await client.UpdateAsync((T)live, FieldManagers.Children, cancellationToken: cancellationToken));
    }

    public async Task DisownAsync(
        IKubernetesObject<V1ObjectMeta> live,
        IReadOnlyList<V1OwnerReference> kept,
        CancellationToken cancellationToken
    )
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = live.Metadata.Uid,
                ["resourceVersion"] = live.Metadata.ResourceVersion,
                ["ownerReferences"] = new JsonArray([.. kept.Select(k => KubernetesJson.SerializeToNode(k))]),
            },
        };
        notes.Wrote(
            await client.PatchAsync(
                new V1Patch(body.ToJsonString(), V1Patch.PatchType.MergePatch),
                live.Metadata.Name!,
                live.Metadata.NamespaceProperty,
                fieldManager: FieldManagers.Children,
                cancellationToken: cancellationToken
            )
        );
    }

    public async Task<bool> TrimAsync(
        IKubernetesObject<V1ObjectMeta> live,
        IEnumerable<string> pointers,
        CancellationToken cancellationToken
    )
    {
        var version = live.Metadata.ResourceVersion;
        // Replacing the version by itself makes the server refuse the patch when the object has changed.
        var patch = new JsonArray(Operation("replace", "/metadata/resourceVersion", version));
        foreach (var pointer in pointers)
            patch.Add(Operation("remove", pointer, null));
        var trimmed = await client.PatchAsync(
            new V1Patch(patch, V1Patch.PatchType.JsonPatch),
            live.Metadata.Name!,
            live.Metadata.NamespaceProperty,
            fieldManager: FieldManagers.Children,
            cancellationToken: cancellationToken
        );
        notes.Wrote(trimmed);
        return trimmed.Metadata.ResourceVersion != version;
    }

    static JsonObject Operation(string op, string path, string? value)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = path };
        if (value is not null)
            operation["value"] = value;
        return operation;
    }

    public async Task DeleteAsync(
        IKubernetesObject<V1ObjectMeta> live,
        bool onlyThisVersion,
        CancellationToken cancellationToken
    ) =>
        await client.DeleteAsync(
            live.Metadata.Name!,
            live.Metadata.NamespaceProperty,
            new V1DeleteOptions
            {
                Preconditions = new V1Preconditions
                {
                    Uid = live.Metadata.Uid,
                    ResourceVersion = onlyThisVersion ? live.Metadata.ResourceVersion : null,
                },
            },
            cancellationToken
        );

    Task<T> ApplyAsync(
        IKubernetesObject<V1ObjectMeta> child,
        V1Preconditions preconditions,
        CancellationToken cancellationToken
    ) => client.ApplyAsync((T)child, FieldManagers.Children, preconditions, cancellationToken);
}
