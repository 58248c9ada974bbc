using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Operator.KubeClient.Transport;

namespace Operator.KubeClient.Resources;

/// <summary>
/// The verbs of one kind of objects. Stateless and cheap to make. Every method throws what
/// <see cref="ApiTransport.SendAsync"/> throws, and says below where an answer is no error.
/// </summary>
public sealed class ResourceClient<T>(ApiTransport transport, ResourcePath resource)
    where T : IKubernetesObject<V1ObjectMeta>
{
    const string Json = "application/json";

    /// <summary>What one page of a list holds: client-go's size, which the API server's cache is made for.</summary>
    const int PageSize = 500;

    /// <summary>A list whose continuation expires is begun again so often with pages, then once without.</summary>
    const int PagedAttempts = 3;

    /// <summary>Where the objects live.</summary>
    public ResourcePath Resource => resource;

    internal KubeMeters Meters => transport.Meters;

    /// <returns>Null when there is no such object.</returns>
    public async Task<T?> GetAsync(
        string name,
        string? @namespace = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return Parse(
                await transport.SendAsync(Request(HttpMethod.Get, "get", @namespace, name), cancellationToken)
            );
        }
        catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return default;
        }
    }

    /// <summary>All pages; begins again when the server has forgotten the list in the middle (410).</summary>
    /// <param name="namespace">All namespaces when null.</param>
    public async Task<ResourceList<T>> ListAsync(
        string? @namespace = null,
        string? labelSelector = null,
        string? fieldSelector = null,
        CancellationToken cancellationToken = default
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var paged = attempt <= PagedAttempts;
            var items = new List<T>();
            string? next = null;
            try
            {
                while (true)
                {
                    var request = Request(HttpMethod.Get, "list", @namespace) with
                    {
                        Query =
                        [
                            ("limit", paged ? $"{PageSize}" : null),
                            ("continue", next),
                            ("labelSelector", labelSelector),
                            ("fieldSelector", fieldSelector),
                        ],
                    };
                    var page = ListReader.Read<T>(await transport.SendAsync(request, cancellationToken), items);
                    if (string.IsNullOrEmpty(page.Continue))
                        return new ResourceList<T>(items, page.ResourceVersion);
                    next = page.Continue;
                }
            }
            catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.Gone && paged)
            {
                // From the first page again: joining pages of two versions would show objects twice or not at all.
            }
        }
    }

    /// <summary>Asks for the first object of a list: whether the server answers, at the least cost.</summary>
    public Task AskAsync(
        string? @namespace = null,
        string? labelSelector = null,
        string? fieldSelector = null,
        CancellationToken cancellationToken = default
    ) =>
        transport.SendAsync(
            Request(HttpMethod.Get, "list", @namespace) with
            {
                Query = [("limit", "1"), ("labelSelector", labelSelector), ("fieldSelector", fieldSelector)],
            },
            cancellationToken
        );

    public Task<T> CreateAsync(
        T entity,
        string? fieldManager = null,
        bool dryRun = false,
        CancellationToken cancellationToken = default
    ) =>
        SendAsync(
            Request(HttpMethod.Post, "create", entity.Namespace()) with
            {
                Query = Options(fieldManager, force: null, dryRun),
                Body = KubernetesJson.SerializeToUtf8Bytes(entity),
                ContentType = Json,
            },
            cancellationToken
        );

    /// <summary>
    /// Replaces the object; refused with 409 when it changed since it was read as the entity's resource version.
    /// </summary>
    public Task<T> UpdateAsync(
        T entity,
        string? fieldManager = null,
        bool dryRun = false,
        CancellationToken cancellationToken = default
    ) => UpdateAsync(entity, subresource: null, fieldManager, dryRun, cancellationToken);

    /// <summary>Replaces the status alone.</summary>
    public Task<T> UpdateStatusAsync(
        T entity,
        string? fieldManager = null,
        CancellationToken cancellationToken = default
    ) => UpdateAsync(entity, "status", fieldManager, dryRun: false, cancellationToken);

    /// <param name="subresource">For example <c>status</c>; null for the object.</param>
    public Task<T> PatchAsync(
        V1Patch patch,
        string name,
        string? @namespace = null,
        string? subresource = null,
        string? fieldManager = null,
        bool? force = null,
        bool dryRun = false,
        CancellationToken cancellationToken = default
    ) =>
        SendAsync(
            Request(HttpMethod.Patch, "patch", @namespace, name, subresource) with
            {
                Query = Options(fieldManager, force, dryRun),
                Body = PatchBody.Bytes(patch),
                ContentType = PatchBody.MediaType(patch),
            },
            cancellationToken
        );

    /// <summary>
    /// Server-side apply: the fields of the entity become the manager's, those that it applied before and leaves
    /// out now are removed, all others stay as they are. Makes the object when there is none.
    /// </summary>
    /// <param name="fieldManager">The same name for ever, or fields are left behind.</param>
    /// <param name="force">Take over fields that others own; else they are a conflict (409).</param>
    public Task<T> ApplyAsync(
        T entity,
        string fieldManager,
        bool force = true,
        bool dryRun = false,
        CancellationToken cancellationToken = default
    ) => ApplyAsync(ApplyBody(entity), subresource: null, fieldManager, force, dryRun, cancellationToken);

    /// <summary>
    /// The same, with force, if the object is the one that is meant: of that uid, of that version, else it is a
    /// conflict (409). With a version that no object has, it makes the object or is refused.
    /// </summary>
    public Task<T> ApplyAsync(
        T entity,
        string fieldManager,
        V1Preconditions preconditions,
        CancellationToken cancellationToken = default
    )
    {
        var body = ApplyBody(entity);
        var metadata = (JsonObject)body["metadata"]!;
        if (preconditions.Uid is { } uid)
            metadata["uid"] = uid;
        if (preconditions.ResourceVersion is { } version)
            metadata["resourceVersion"] = version;
        return ApplyAsync(body, fieldManager, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// The same with a tree, for fields that no model has. It must hold apiVersion, kind and metadata.name.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync(T, string, bool, bool, CancellationToken)" path="/param"/>
    public Task<T> ApplyAsync(
        JsonObject entity,
        string fieldManager,
        bool force = true,
        bool dryRun = false,
        CancellationToken cancellationToken = default
    ) => ApplyAsync(entity, subresource: null, fieldManager, force, dryRun, cancellationToken);

    /// <summary>
    /// Server-side apply of the status alone: the tree holds apiVersion, kind, metadata.name and status.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync(T, string, bool, bool, CancellationToken)" path="/param"/>
    public Task<T> ApplyStatusAsync(
        JsonObject entity,
        string fieldManager,
        bool force = true,
        CancellationToken cancellationToken = default
    ) => ApplyAsync(entity, "status", fieldManager, force, dryRun: false, cancellationToken);

    /// <summary>Asks for the deletion; an object that is gone already is no error.</summary>
    /// <param name="options">Preconditions (uid, resource version: 409 when they differ) and propagation.</param>
    /// <returns>False when there was no such object.</returns>
    public async Task<bool> DeleteAsync(
        string name,
        string? @namespace = null,
        V1DeleteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var request = Request(HttpMethod.Delete, "delete", @namespace, name);
        if (options is not null)
            request = request with { Body = KubernetesJson.SerializeToUtf8Bytes(options), ContentType = Json };
        try
        {
            await transport.SendAsync(request, cancellationToken);
            return true;
        }
        catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>
    /// One watch until the server ends it, which is normal and may come before any event. An error that the server
    /// sends as an event is thrown as <see cref="KubernetesException"/>.
    /// </summary>
    /// <exception cref="KubernetesException">Code 410: the resource version is too old, list again.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(
        WatchOptions options,
        CancellationToken cancellationToken = default
    )
    {
        var request = Request(HttpMethod.Get, "watch", options.Namespace) with
        {
            Query =
            [
                ("watch", "true"),
                ("resourceVersion", options.ResourceVersion),
                ("labelSelector", options.LabelSelector),
                ("fieldSelector", options.FieldSelector),
                ("allowWatchBookmarks", options.Bookmarks ? "true" : null),
                ("timeoutSeconds", options.Timeout is { } limit ? $"{(int)limit.TotalSeconds}" : null),
            ],
        };
        return WatchReader.ReadAsync<T>(transport, request, options.Opened, cancellationToken);
    }

    Task<T> UpdateAsync(
        T entity,
        string? subresource,
        string? fieldManager,
        bool dryRun,
        CancellationToken cancellationToken
    ) =>
        SendAsync(
            Request(HttpMethod.Put, "update", entity.Namespace(), NameOf(entity), subresource) with
            {
                Query = Options(fieldManager, force: null, dryRun),
                Body = KubernetesJson.SerializeToUtf8Bytes(entity),
                ContentType = Json,
            },
            cancellationToken
        );

    Task<T> ApplyAsync(
        JsonObject entity,
        string? subresource,
        string fieldManager,
        bool force,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        var metadata = entity["metadata"];
        var name =
            (string?)metadata?["name"] ?? throw new ArgumentException("metadata.name is missing", nameof(entity));
        return PatchAsync(
            new V1Patch(entity, V1Patch.PatchType.ApplyPatch),
            name,
            (string?)metadata!["namespace"],
            subresource,
            fieldManager,
            force,
            dryRun,
            cancellationToken
        );
    }

    /// <summary>Another version of the same model, and nothing that the server alone may say.</summary>
    JsonObject ApplyBody(T entity)
    {
        var body = (JsonObject)KubernetesJson.SerializeToNode(entity);
        body["apiVersion"] = resource.ApiVersion;
        body["kind"] = typeof(T).GetKubernetesTypeMetadata().Kind;
        (body["metadata"] as JsonObject)?.Remove("managedFields");
        return body;
    }

    async Task<T> SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        Parse(await transport.SendAsync(request, cancellationToken));

    static T Parse(ReadOnlySpan<byte> answer) => KubernetesJson.Deserialize<T>(answer);

    static string NameOf(T entity) =>
        entity.Name() ?? throw new ArgumentException("metadata.name is missing", nameof(entity));

    static (string, string?)[] Options(string? fieldManager, bool? force, bool dryRun) =>
        [("fieldManager", fieldManager), ("force", force is true ? "true" : null), ("dryRun", dryRun ? "All" : null)];

    ApiRequest Request(
        HttpMethod method,
        string verb,
        string? @namespace,
        string? name = null,
        string? subresource = null
    ) => new(method, verb, resource, resource.Path(@namespace, name, subresource));
}
