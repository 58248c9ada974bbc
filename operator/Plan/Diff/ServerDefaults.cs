using System.Text.Json.Nodes;

namespace Operator.Plan.Diff;

/// <summary>
/// What the API server fills in where nothing was said, so that neither writing it nor leaving it out is a change.
/// Names are enough: none of them means two things within the objects that the operator makes.
/// </summary>
public static class ServerDefaults
{
    static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        ["apiVersion"] = ["\"v1\""],
        ["defaultMode"] = ["420"],
        ["dnsPolicy"] = ["\"ClusterFirst\""],
        ["expirationSeconds"] = ["3600"],
        ["failureThreshold"] = ["3"],
        ["imagePullPolicy"] = ["\"IfNotPresent\"", "\"Always\""],
        ["internalTrafficPolicy"] = ["\"Cluster\""],
        ["periodSeconds"] = ["10"],
        ["persistentVolumeClaimRetentionPolicy"] = ["{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}"],
        ["protocol"] = ["\"TCP\""],
        ["restartPolicy"] = ["\"Always\""],
        ["revisionHistoryLimit"] = ["10"],
        ["schedulerName"] = ["\"default-scheduler\""],
        ["scheme"] = ["\"HTTP\""],
        ["sessionAffinity"] = ["\"None\""],
        ["successThreshold"] = ["1"],
        ["terminationMessagePath"] = ["\"/dev/termination-log\""],
        ["terminationMessagePolicy"] = ["\"File\""],
        ["timeoutSeconds"] = ["1"],
        ["type"] = ["\"ClusterIP\""],
        ["volumeMode"] = ["\"Filesystem\""],
    };

    /// <summary>The server chooses them for each Service.</summary>
    static readonly string[] Chosen = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];

    /// <summary>Empty is the same as absent.</summary>
    static readonly string[] Maps =
    [
        "affinity",
        "annotations",
        "labels",
        "limits",
        "nodeSelector",
        "requests",
        "resources",
        "securityContext",
    ];

    /// <summary>False is the same as absent; of other switches the server's own default is true.</summary>
    static readonly string[] Switches =
    [
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "optional",
        "privileged",
        "readOnly",
        "setHostnameAsFQDN",
        "shareProcessNamespace",
        "stdin",
        "stdinOnce",
        "tty",
    ];

    /// <summary>The empty text is the same as absent.</summary>
    static readonly string[] Texts = ["hostname", "nodeName", "subdomain", "subPath", "workingDir"];

    /// <summary>Whether the server may have filled in this member of an object that was sent without it.</summary>
    public static bool Fills(JsonObject sent, string name, JsonNode value) =>
        Is(name, value)
        || Chosen.Contains(name)
        || name == "serviceAccount" && JsonNode.DeepEquals(value, sent["serviceAccountName"]);

    /// <summary>Whether saying this says nothing: the server would keep the same without it.</summary>
    public static bool SaysNothing(string name, JsonNode? value) =>
        value switch
        {
            null => true,
            JsonArray list => list.Count == 0,
            JsonObject { Count: 0 } => Maps.Contains(name),
            _ => name != "imagePullPolicy" && Is(name, value)
                || Switches.Contains(name) && value.ToJsonString() == "false"
                || Texts.Contains(name) && value.ToJsonString() == "\"\"",
        };

    /// <summary>What a container's image is pulled by when nothing is said.</summary>
    public static string PullPolicy(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        var isFixed =
            name.Contains('@', StringComparison.Ordinal)
            || name.Contains(':', StringComparison.Ordinal) && !name.EndsWith(":latest", StringComparison.Ordinal);
        return isFixed ? "IfNotPresent" : "Always";
    }

    static bool Is(string name, JsonNode value) =>
        Values.TryGetValue(name, out var defaults)
        && defaults.Any(d => JsonNode.DeepEquals(JsonNode.Parse(d), JsonNode.Parse(value.ToJsonString())));
}
