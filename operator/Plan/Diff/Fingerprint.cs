using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace Operator.Plan.Diff;

/// <summary>A short hash that tells whether something is still what it was; not for security.</summary>
public static class Fingerprint
{
    /// <summary>16 hex digits: 64 bits, and two values are compared at a time.</summary>
    public static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    /// <summary>
    /// Of a model's members by name, so that neither their order nor the serialiser's way to escape a character is part
    /// of it: another hash of a pod template rolls every cluster.
    /// </summary>
    public static string OfObject(object model) =>
        OfText(Sorted(KubernetesJson.SerializeToNode(model))!.ToJsonString());

    static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(
                map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))
            ),
            JsonArray list => new JsonArray([.. list.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
}
