using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// What the real server fills in: a controller that compares what it wants with what is there, field by field, sees
/// all of this and must not fight it.
/// </summary>
internal static class BuiltInDefaults
{
    public static void Apply(ResourceType type, JsonObject json)
    {
        var spec = json["spec"] as JsonObject;
        switch (type.Name)
        {
            case "statefulsets.apps" when spec is not null:
                StatefulSet(spec);
                break;
            case "deployments.apps" when spec is not null:
                Fill(spec, ("replicas", 1), ("revisionHistoryLimit", 10), ("progressDeadlineSeconds", 600));
                Fill(Child(spec, "strategy"), ("type", "RollingUpdate"));
                PodSpec(spec["template"]?["spec"] as JsonObject);
                break;
            case "pods":
                PodSpec(spec);
                Fill(Child(json, "status"), ("phase", "Pending"));
                break;
            case "services" when spec is not null:
                Fill(
                    spec,
                    ("type", "ClusterIP"),
                    ("sessionAffinity", "None"),
                    ("internalTrafficPolicy", "Cluster"),
                    ("ipFamilyPolicy", "SingleStack")
                );
                foreach (var port in Items(spec["ports"]))
                {
                    Fill(port, ("protocol", "TCP"));
                    port["targetPort"] ??= port["port"]?.DeepClone();
                }
                break;
            case "persistentvolumeclaims" when spec is not null:
                Fill(spec, ("volumeMode", "Filesystem"));
                Fill(Child(json, "status"), ("phase", "Pending"));
                break;
            case "endpointslices.discovery.k8s.io":
                foreach (var port in Items(json["ports"]))
                    Fill(port, ("name", ""), ("protocol", "TCP"));
                break;
            case "secrets":
                Fill(json, ("type", "Opaque"));
                break;
        }
    }

    static void StatefulSet(JsonObject spec)
    {
        Fill(spec, ("replicas", 1), ("podManagementPolicy", "OrderedReady"), ("revisionHistoryLimit", 10));
        var update = Child(spec, "updateStrategy");
        Fill(update, ("type", "RollingUpdate"));
        if ((string?)update["type"] == "RollingUpdate")
            Fill(Child(update, "rollingUpdate"), ("partition", 0));
        Fill(Child(spec, "persistentVolumeClaimRetentionPolicy"), ("whenDeleted", "Retain"), ("whenScaled", "Retain"));
        foreach (var claim in Items(spec["volumeClaimTemplates"]))
        {
            Fill(claim, ("apiVersion", "v1"), ("kind", "PersistentVolumeClaim"));
            Fill(Child(claim, "spec"), ("volumeMode", "Filesystem"));
            Fill(Child(claim, "status"), ("phase", "Pending"));
        }
        PodSpec(spec["template"]?["spec"] as JsonObject);
    }

    static void PodSpec(JsonObject? spec)
    {
        if (spec is null)
            return;
        Fill(
            spec,
            ("restartPolicy", "Always"),
            ("terminationGracePeriodSeconds", 30),
            ("dnsPolicy", "ClusterFirst"),
            ("schedulerName", "default-scheduler")
        );
        _ = Child(spec, "securityContext");
        if (spec["serviceAccountName"] is { } account)
            spec["serviceAccount"] ??= account.DeepClone();
        foreach (var volume in Items(spec["volumes"]))
        {
            foreach (var source in (string[])["configMap", "secret", "projected", "downwardAPI"])
            {
                if (volume[source] is JsonObject content)
                    Fill(content, ("defaultMode", 420));
            }
        }
        foreach (var container in Items(spec["containers"]).Concat(Items(spec["initContainers"])))
            Container(container);
    }

    static void Container(JsonObject container)
    {
        Fill(
            container,
            ("imagePullPolicy", "IfNotPresent"),
            ("terminationMessagePath", "/dev/termination-log"),
            ("terminationMessagePolicy", "File")
        );
        _ = Child(container, "resources");
        foreach (var port in Items(container["ports"]))
            Fill(port, ("protocol", "TCP"));
        foreach (var reference in Items(container["env"]).Select(e => e["valueFrom"]?["fieldRef"]).OfType<JsonObject>())
            Fill(reference, ("apiVersion", "v1"));
        foreach (var name in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container[name] is not JsonObject probe)
                continue;
            Fill(probe, ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3));
            if (probe["httpGet"] is JsonObject get)
                Fill(get, ("scheme", "HTTP"), ("path", "/"));
        }
    }

    static void Fill(JsonObject json, params (string Name, JsonNode Value)[] defaults)
    {
        foreach (var (name, value) in defaults)
            json[name] ??= value;
    }

    static JsonObject Child(JsonObject json, string name)
    {
        if (json[name] is not JsonObject child)
            json[name] = child = [];
        return child;
    }

    static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}
