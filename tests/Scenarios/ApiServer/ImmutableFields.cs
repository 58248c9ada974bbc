using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>Fields that the real server refuses to change, as far as an operator of this kind meets them.</summary>
internal static class ImmutableFields
{
    static readonly HashSet<string> StatefulSet =
    [
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ];

    /// <exception cref="ApiException">422.</exception>
    public static void Check(ResourceType type, StoredObject before, JsonObject after)
    {
        switch (type.Name)
        {
            case "statefulsets.apps":
                if (
                    !JsonNode.DeepEquals(Without(before.Json["spec"], StatefulSet), Without(after["spec"], StatefulSet))
                )
                {
                    throw ApiException.Invalid(
                        type,
                        before.Name.Name,
                        (
                            "spec",
                            "Forbidden: updates to statefulset spec for fields other than "
                                + "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
                                + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
                        )
                    );
                }
                break;
            case "deployments.apps" or "jobs.batch":
                Same(type, before, after, "spec", "selector");
                break;
            case "services":
                Same(type, before, after, "spec", "clusterIP");
                break;
            case "persistentvolumeclaims":
                Same(type, before, after, "spec", "storageClassName");
                Same(type, before, after, "spec", "accessModes");
                break;
            case "endpointslices.discovery.k8s.io":
                Same(type, before, after, "addressType");
                break;
            case "rolebindings.rbac.authorization.k8s.io" or "clusterrolebindings.rbac.authorization.k8s.io":
                Same(type, before, after, "roleRef");
                break;
        }
    }

    static void Same(ResourceType type, StoredObject before, JsonObject after, params string[] path)
    {
        var old = path.Aggregate((JsonNode?)before.Json, (node, name) => node?[name]);
        var changed = path.Aggregate((JsonNode?)after, (node, name) => node?[name]);
        // What was never set may be set once, as a volume's class is.
        if (old is not null && !JsonNode.DeepEquals(old, changed))
            throw ApiException.Invalid(
                type,
                before.Name.Name,
                (string.Join('.', path), "Invalid value: field is immutable")
            );
    }

    static JsonNode? Without(JsonNode? spec, HashSet<string> names)
    {
        var copy = (JsonObject?)spec?.DeepClone() ?? [];
        foreach (var name in names)
            copy.Remove(name);
        foreach (var claim in (copy["volumeClaimTemplates"] as JsonArray ?? []).OfType<JsonObject>())
            claim.Remove("status");
        return copy;
    }
}
