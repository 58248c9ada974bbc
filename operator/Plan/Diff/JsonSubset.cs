using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Operator.Plan.Diff;

/// <summary>
/// Whether a live object holds everything that was applied to it. The server adds defaults, others add what is theirs,
/// and the server leaves out what is empty and re-spells quantities: none of that is a difference.
/// </summary>
public static class JsonSubset
{
    /// <summary>How Kubernetes tells the items of a list apart, in the order in which the members are tried.</summary>
    static readonly string[] ItemKeys =
    [
        "name",
        "mountPath",
        "containerPort",
        "uid",
        "topologyKey",
        "type",
        "ip",
        "key",
    ];

    /// <summary>Where the server tells nothing from false or zero, and means something else by it.</summary>
    static readonly string[] MeantWhenFalse =
    [
        "allowPrivilegeEscalation",
        "automountServiceAccountToken",
        "enableServiceLinks",
        "hostUsers",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
        "tolerationSeconds",
    ];

    /// <summary>Whether <paramref name="live"/> holds <paramref name="desired"/>.</summary>
    public static bool Holds(JsonNode? desired, JsonNode? live) =>
        desired switch
        {
            null => true,
            _ when live is null => IsEmpty(desired),
            JsonObject map => live is JsonObject liveMap
                && map.All(member =>
                    Holds(member.Value, liveMap[member.Key])
                    && (member.Value is null || liveMap[member.Key] is not null || !MeantWhenFalse.Contains(member.Key))
                ),
            JsonArray list => live is JsonArray liveList && HoldsItems(list, liveList),
            _ => SameValue(desired, live),
        };

    static bool HoldsItems(JsonArray desired, JsonArray live)
    {
        var key = KeyOf(desired);
        if (key is null)
            return desired.Count == live.Count && desired.Zip(live).All(pair => Holds(pair.First, pair.Second));
        return desired.All(item => live.Any(l => SameItem(item, l, key) && Holds(item, l)));
    }

    /// <summary>By which member the items of a list are told apart; null when they are not.</summary>
    internal static string? KeyOf(JsonArray list) =>
        ItemKeys.FirstOrDefault(k => list.Count > 0 && list.All(i => i is JsonObject o && o[k] is JsonValue));

    /// <summary>Whether two items of a list are the same one.</summary>
    internal static bool SameItem(JsonNode? desired, JsonNode? live, string key) =>
        live is JsonObject o && o[key] is { } id && SameValue(desired![key]!, id);

    /// <summary>Go's encoder leaves such members out, whatever was sent.</summary>
    internal static bool IsEmpty(JsonNode node) =>
        node switch
        {
            JsonObject map => map.All(member => member.Value is null || IsEmpty(member.Value)),
            JsonArray list => list.Count == 0,
            _ => node.GetValueKind() switch
            {
                JsonValueKind.False or JsonValueKind.Null => true,
                JsonValueKind.String => node.GetValue<string>().Length == 0,
                JsonValueKind.Number => node.ToJsonString() == "0",
                _ => false,
            },
        };

    static bool SameValue(JsonNode desired, JsonNode live)
    {
        if (JsonNode.DeepEquals(desired, live))
            return true;
        var (left, right) = (Text(desired), Text(live));
        return left is not null && right is not null && (left == right || SameQuantity(left, right));
    }

    static bool SameQuantity(string left, string right) =>
        left.Any(char.IsAsciiDigit)
        && ResourceQuantity.TryParse(left, out var a)
        && ResourceQuantity.TryParse(right, out var b)
        && a == b;

    static string? Text(JsonNode node) =>
        node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number => node.ToJsonString(),
            _ => null,
        };
}
