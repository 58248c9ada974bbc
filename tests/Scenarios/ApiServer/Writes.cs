using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// Creates, replaces, patches and deletes as the real server does: defaults, checks, versions, generations, owners of
/// fields, finalizers. All under the store's lock.
/// </summary>
internal sealed class Writes(
    ObjectStore store,
    ServiceAddresses addresses,
    GarbageCollector garbage,
    Action<ResourceType, JsonObject>? defaulting
)
{
    static readonly string[] Reserved =
    [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "managedFields",
        "selfLink",
    ];

    int generated;

    public StoredObject Create(ResourceType type, string @namespace, JsonObject json, WriteOptions options)
    {
        CheckKind(type, json);
        var metadata = Metadata(json);
        var name = (string?)metadata["name"];
        if (string.IsNullOrEmpty(name) && (string?)metadata["generateName"] is { Length: > 0 } prefix)
            metadata["name"] = name = $"{prefix}{++generated:x5}";
        if (string.IsNullOrEmpty(name))
            throw ApiException.Invalid(type, "", ("metadata.name", "Required value: name or generateName is required"));
        if (metadata["resourceVersion"] is JsonValue version && version.ToString() is { Length: > 0 } and not "0")
            throw ApiException.BadRequest("resourceVersion should not be set on objects to be created");
        var key = KeyOf(type, @namespace, json, name);
        if (store.Find(type, key) is not null)
            throw ApiException.AlreadyExists(type, name);
        CheckNamespace(type, key);
        foreach (var field in Reserved)
            metadata.Remove(field);
        if (type.HasStatus)
            json.Remove("status");
        return Store(
            type,
            key,
            null,
            json,
            options,
            () => ServerSideApply.TrackUpdate(type, null, json, options.Updater, store.Now())
        );
    }

    public StoredObject Update(ResourceType type, ObjectName name, JsonObject json, WriteOptions options)
    {
        CheckKind(type, json);
        var live = store.Get(type, name);
        if ((string?)Metadata(json)["name"] is { } given && given != name.Name)
            throw ApiException.BadRequest(
                $"the name of the object ({given}) does not match the name on the URL ({name.Name})"
            );
        var version = (string?)json["metadata"]!["resourceVersion"];
        if (string.IsNullOrEmpty(version) && type.NeedsVersion)
            throw ApiException.Invalid(
                type,
                name.Name,
                ("metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update")
            );
        return Replace(type, live, json, options, byApply: false);
    }

    public StoredObject Patch(
        ResourceType type,
        ObjectName name,
        JsonNode patch,
        string mediaType,
        WriteOptions options
    )
    {
        var live = store.Find(type, name);
        if (mediaType == "application/apply-patch+yaml")
            return Apply(type, name, live, (JsonObject)patch, options);
        if (live is null)
            throw ApiException.NotFound(type, name.Name);
        var changed = mediaType switch
        {
            "application/merge-patch+json" => (JsonObject)JsonPatching.Merge(live.Copy(), patch)!,
            "application/json-patch+json" => JsonPatching.Operations(live.Copy(), (JsonArray)patch),
            _ => throw new ApiException(
                415,
                "UnsupportedMediaType",
                $"the body of the request was in an unknown format: {mediaType}"
            ),
        };
        return Replace(type, live, changed, options, byApply: false);
    }

    /// <returns>The object as it is now: gone, or marked when finalizers hold it.</returns>
    public StoredObject Delete(ResourceType type, ObjectName name, JsonObject? deleteOptions, bool dryRun)
    {
        var live = store.Get(type, name);
        if ((string?)deleteOptions?["preconditions"]?["uid"] is { } uid && uid != live.Uid)
        {
            throw new ApiException(
                409,
                "Conflict",
                $"Operation cannot be fulfilled on {type.Name} \"{name.Name}\": Precondition failed: "
                    + $"UID in precondition: {uid}, UID in object meta: {live.Uid}"
            );
        }
        if ((string?)deleteOptions?["preconditions"]?["resourceVersion"] is { } version && version != $"{live.Version}")
            throw ApiException.Changed(type, name.Name);
        return dryRun ? live : garbage.Delete(live, (string?)deleteOptions?["propagationPolicy"] ?? "Background");
    }

    StoredObject Apply(ResourceType type, ObjectName name, StoredObject? live, JsonObject applied, WriteOptions options)
    {
        CheckKind(type, applied);
        if (options.Manager.Length == 0)
            throw ApiException.BadRequest(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
            );
        // As the real one does: a version is compared with what exists, and an object that does not exist is made.
        if ((string?)Metadata(applied)["uid"] is { } uid && live is null)
            throw new ApiException(
                409,
                "Conflict",
                $"Operation cannot be fulfilled on {type.Name} \"{name.Name}\": uid mismatch: the provided object "
                    + $"specified uid {uid}, and no existing object was found"
            );
        if (live is null)
            CheckNamespace(type, name);
        if (live is null && options.Subresource.Length > 0)
            throw ApiException.NotFound(type, name.Name);
        Metadata(applied)["name"] = name.Name;
        if (name.Namespace.Length > 0)
            Metadata(applied)["namespace"] = name.Namespace;
        Prepare(type, applied, options.Subresource);
        var result = ServerSideApply.Apply(type, live?.Json, applied, options.Applier, options.Force, store.Now());
        if (live is null)
            return Store(type, name, null, result, options, () => { });
        if ((string?)applied["metadata"]!["resourceVersion"] is { } asked)
            result["metadata"]!["resourceVersion"] = asked;
        return Replace(type, live, result, options, byApply: true);
    }

    // The half of the object that this request may not touch is not its own, whatever it sends.
    static void Prepare(ResourceType type, JsonObject json, string subresource)
    {
        if (!type.HasStatus)
            return;
        if (subresource.Length == 0)
        {
            json.Remove("status");
            return;
        }
        foreach (
            var field in json.Select(j => j.Key)
                .Where(k => k is not ("apiVersion" or "kind" or "metadata" or "status"))
                .ToList()
        )
            json.Remove(field);
        foreach (
            var field in ((JsonObject)json["metadata"]!)
                .Select(m => m.Key)
                .Where(k => k is not ("name" or "namespace" or "resourceVersion"))
                .ToList()
        )
            ((JsonObject)json["metadata"]!).Remove(field);
    }

    StoredObject Replace(ResourceType type, StoredObject live, JsonObject json, WriteOptions options, bool byApply)
    {
        var metadata = Metadata(json);
        if ((string?)metadata["resourceVersion"] is { Length: > 0 } version && version != $"{live.Version}")
            throw ApiException.Changed(type, live.Name.Name);
        if ((string?)metadata["uid"] is { } uid && uid != live.Uid)
            throw new ApiException(
                409,
                "Conflict",
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}"
            );
        var managed = byApply ? metadata["managedFields"]?.DeepClone() : null;
        metadata["name"] = live.Name.Name;
        if (live.Name.Namespace.Length > 0)
            metadata["namespace"] = live.Name.Namespace;
        foreach (var field in Reserved)
        {
            metadata.Remove(field);
            if (live.Json["metadata"]![field] is { } kept)
                metadata[field] = kept.DeepClone();
        }
        if (type.HasStatus)
            json = Merged(live, json, options.Subresource);
        if (managed is not null)
            json["metadata"]!["managedFields"] = managed;
        return Store(
            type,
            live.Name,
            live,
            json,
            options,
            () =>
            {
                if (!byApply)
                    ServerSideApply.TrackUpdate(type, live.Json, json, options.Updater, store.Now());
            }
        );
    }

    static JsonObject Merged(StoredObject live, JsonObject json, string subresource)
    {
        var (whole, status) = subresource.Length == 0 ? (json, live.Json["status"]) : (live.Copy(), json["status"]);
        whole.Remove("status");
        if (status is not null)
            whole["status"] = status.DeepClone();
        return whole;
    }

    StoredObject Store(
        ResourceType type,
        ObjectName name,
        StoredObject? live,
        JsonObject json,
        WriteOptions options,
        Action track
    )
    {
        type.Schema?.Prune(json);
        BuiltInDefaults.Apply(type, json);
        type.Schema?.Default(json);
        if (live?.Json["spec"]?["clusterIP"] is { } address && json["spec"] is JsonObject spec)
            spec["clusterIP"] ??= address.DeepClone();
        addresses.Assign(type, name, json);
        defaulting?.Invoke(type, json);
        if (type.Schema?.Check(json) is { Count: > 0 } faults)
            throw ApiException.Invalid(type, name.Name, [.. faults]);
        if (live is not null)
            ImmutableFields.Check(type, live, json);
        track();
        // Numbers and texts as a parser makes them, or two equal objects differ in the types of their nodes.
        json = (JsonObject)JsonNode.Parse(json.ToJsonString())!;
        var metadata = (JsonObject)json["metadata"]!;
        if (live is null)
        {
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["creationTimestamp"] = store.Now();
            if (type.HasGeneration)
                metadata["generation"] = 1L;
        }
        else
        {
            metadata["resourceVersion"] = $"{live.Version}";
            if (JsonNode.DeepEquals(live.Json, json))
                return live; // nothing changed: no new version, no event
            if (type.HasGeneration && !JsonNode.DeepEquals(Content(live.Json), Content(json)))
                metadata["generation"] = ((long?)metadata["generation"] ?? 0) + 1;
        }
        if (options.DryRun)
            return new StoredObject(type, name, WithVersion(json));
        var stored = store.Put(type, name, json);
        return stored.IsBeingDeleted && !stored.HasFinalizers ? garbage.Finish(stored) : stored;
    }

    static JsonObject WithVersion(JsonObject json)
    {
        json["metadata"]!["resourceVersion"] ??= "0";
        return json;
    }

    static JsonObject Content(JsonObject json)
    {
        var copy = (JsonObject)json.DeepClone();
        copy.Remove("metadata");
        copy.Remove("status");
        return copy;
    }

    void CheckNamespace(ResourceType type, ObjectName name)
    {
        if (!type.Namespaced)
            return;
        var found = store.Find(
            ResourceType.Of<k8s.Models.V1Namespace>(namespaced: false),
            new ObjectName("", name.Namespace)
        );
        if (found is null)
            throw new ApiException(404, "NotFound", $"namespaces \"{name.Namespace}\" not found");
        if (found.IsBeingDeleted)
        {
            throw new ApiException(
                403,
                "Forbidden",
                $"{type.Name} \"{name.Name}\" is forbidden: unable to create new content in namespace "
                    + $"{name.Namespace} because it is being terminated"
            );
        }
    }

    static ObjectName KeyOf(ResourceType type, string @namespace, JsonObject json, string name)
    {
        if (!type.Namespaced)
            return new ObjectName("", name);
        if ((string?)json["metadata"]!["namespace"] is { } given && given != @namespace)
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            );
        json["metadata"]!["namespace"] = @namespace;
        return new ObjectName(@namespace, name);
    }

    static void CheckKind(ResourceType type, JsonObject json)
    {
        if (
            (string?)json["kind"] is { Length: > 0 } kind && kind != type.Kind
            || (string?)json["apiVersion"] is { Length: > 0 } version && version != type.ApiVersion
        )
            throw ApiException.BadRequest(
                $"{json["apiVersion"]} {json["kind"]} does not belong to {type.ApiVersion} {type.Kind}"
            );
        json["kind"] = type.Kind;
        json["apiVersion"] = type.ApiVersion;
    }

    static JsonObject Metadata(JsonObject json)
    {
        if (json["metadata"] is not JsonObject metadata)
            json["metadata"] = metadata = [];
        return metadata;
    }
}
