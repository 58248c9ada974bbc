using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api.Rules;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// Merges a user's <c>podTemplate</c> into the operator's, the way Kubernetes merges patches: maps member by member,
/// lists of
/// named things by name, other lists whole. The user wins, except where the operator relies on its own value: that is a
/// violation, found before anything is built.
/// </summary>
static class PodTemplates
{
    /// <summary>By which member the items of a list are told apart, by the list's name.</summary>
    static readonly Dictionary<string, string> ItemKeys = new(StringComparer.Ordinal)
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["volumes"] = "name",
        ["env"] = "name",
        ["imagePullSecrets"] = "name",
        ["ports"] = "containerPort",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
        ["hostAliases"] = "ip",
        ["topologySpreadConstraints"] = "topologyKey",
    };

    static readonly Dictionary<string, string> OwnedInSpec = new(StringComparer.Ordinal)
    {
        ["serviceAccountName"] = "the operator makes the account and its rights",
        ["serviceAccount"] = "the operator makes the account and its rights",
        ["automountServiceAccountToken"] = "brokers need the token and name servers must not have it",
    };

    static readonly Dictionary<string, string> OwnedInContainer = new(StringComparer.Ordinal)
    {
        ["image"] = "use spec.image",
        ["command"] = "the image has one program",
        ["args"] = "use the fields of this resource",
        ["resources"] = "use resources beside podTemplate",
        ["startupProbe"] = "the operator derives it from the volume",
        ["readinessProbe"] = "Services depend on it",
        ["livenessProbe"] = "the operator derives it",
    };

    static readonly string[] OwnedVolumes = ["config", "data", "tmp"];

    /// <summary>
    /// The template with the user's part in it and a hash of the whole, by which a pod that is older is found.
    /// </summary>
    /// <param name="ours">The operator's template, of one container.</param>
    /// <param name="theirs">The user's part.</param>
    /// <param name="configFile">The file that the container's configuration is in, for <see cref="Add"/>.</param>
    /// <param name="keepsSpelling">False: what the API server would keep the same is brought into one form.</param>
    public static V1PodTemplateSpec Finish(
        V1PodTemplateSpec ours,
        JsonObject? theirs,
        string configFile,
        bool keepsSpelling
    )
    {
        var container = ours.Spec!.Containers[0].Name;
        var merged = ours;
        if (theirs is { Count: > 0 })
        {
            var node = KubernetesJson.SerializeToNode(ours).AsObject();
            MergeMap(node, keepsSpelling ? theirs : Spelling.Of(theirs, node));
            merged = KubernetesJson.Deserialize<V1PodTemplateSpec>(node);
        }
        var annotations = new SortedDictionary<string, string>(
            merged.Metadata?.Annotations ?? new Dictionary<string, string>(),
            StringComparer.Ordinal
        )
        {
            [Labels.Template] = Diff.Fingerprint.OfObject(merged),
        };
        (merged.Metadata ??= new V1ObjectMeta()).Annotations = annotations;
        Add(merged.Spec!.Containers.First(c => c.Name == container), configFile);
        return merged;
    }

    /// <summary>
    /// What versions after the first added to templates. It is not part of the hash: new pods have it, and pods that
    /// were made before do not wait for a roll because of it.
    /// </summary>
    static void Add(V1Container container, string configFile)
    {
        container.TerminationMessagePolicy ??= "FallbackToLogsOnError";
        container.Args =
        [
            .. container.Args!.Select(a =>
                a.StartsWith(PodParts.ConfigFolder, StringComparison.Ordinal) ? PodParts.ConfigFolder + configFile : a
            ),
        ];
    }

    /// <summary>What a user's template may not hold.</summary>
    /// <param name="template">The template.</param>
    /// <param name="path">Where it is, for the messages.</param>
    /// <param name="container">The name of the operator's container.</param>
    public static IEnumerable<Violation> Violations(JsonObject? template, string path, string container)
    {
        if (template is null)
            yield break;
        if (WrongType(template) is { } wrong)
        {
            yield return new Violation(path, wrong);
            yield break;
        }
        foreach (var map in new[] { "labels", "annotations" })
        {
            foreach (var (key, _) in template["metadata"]?[map] as JsonObject ?? [])
            {
                if (
                    key.StartsWith("rocketmq.io/", StringComparison.Ordinal)
                    || key.StartsWith("app.kubernetes.io/", StringComparison.Ordinal)
                )
                    yield return new Violation($"{path}.metadata.{map}", $"remove {key}: the operator sets it");
            }
        }
        var spec = template["spec"] as JsonObject ?? [];
        foreach (var (key, why) in OwnedInSpec)
        {
            if (spec.ContainsKey(key))
                yield return new Violation($"{path}.spec", $"remove {key}: {why}");
        }
        if (spec["restartPolicy"] is { } policy && !JsonNode.DeepEquals(policy, "Always"))
            yield return new Violation($"{path}.spec", "remove restartPolicy: a StatefulSet allows only Always");
        foreach (var (key, why) in OwnedInContainer)
        {
            if (Named(spec["containers"], container)?.ContainsKey(key) == true)
                yield return new Violation($"{path}.spec.containers", $"remove {key} of {container}: {why}");
        }
        foreach (var volume in OwnedVolumes)
        {
            if (Named(spec["volumes"], volume) is not null)
                yield return new Violation(
                    $"{path}.spec.volumes",
                    $"rename {volume}: the operator has a volume of that name"
                );
        }
    }

    static JsonObject? Named(JsonNode? list, string name) =>
        (list as JsonArray)
            ?.OfType<JsonObject>()
            .FirstOrDefault(i =>
                i["name"] is JsonValue v && v.GetValueKind() == JsonValueKind.String && v.GetValue<string>() == name
            );

    static string? WrongType(JsonObject template)
    {
        try
        {
            KubernetesJson.Deserialize<V1PodTemplateSpec>(template);
            return null;
        }
        catch (JsonException e)
        {
            return $"is not a pod template: {e.Path} has the wrong type";
        }
    }

    /// <summary>Whether two items of a list are merged into one.</summary>
    internal static bool IsSame(JsonObject ours, JsonObject theirs) =>
        ItemKeys.Values.Distinct().Any(id => ours[id] is { } key && JsonNode.DeepEquals(key, theirs[id]));

    static void MergeMap(JsonObject ours, JsonObject theirs)
    {
        foreach (var (key, value) in theirs)
        {
            if (value is JsonObject map && ours[key] is JsonObject ourMap)
                MergeMap(ourMap, map);
            else if (value is JsonArray list && ours[key] is JsonArray ourList && ItemKeys.TryGetValue(key, out var id))
                MergeList(ourList, list, id);
            else
                ours[key] = value?.DeepClone();
        }
    }

    static void MergeList(JsonArray ours, JsonArray theirs, string id)
    {
        foreach (var item in theirs)
        {
            var same = ours.OfType<JsonObject>().FirstOrDefault(o => JsonNode.DeepEquals(o[id], item?[id]));
            if (same is not null && item is JsonObject map)
                MergeMap(same, map);
            else
                ours.Add(item?.DeepClone());
        }
    }
}
