using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>How one list merges: whole, as a set of values, or by the keys of its items.</summary>
public sealed class ListRule
{
    readonly string[]? keys;
    readonly bool isSet;

    ListRule(string[]? keys, bool isSet) => (this.keys, this.isSet) = (keys, isSet);

    /// <summary>Replaced whole; one owner.</summary>
    public static ListRule Atomic { get; } = new(null, false);

    public static ListRule Set { get; } = new(null, true);

    public bool IsAtomic => keys is null && !isSet;

    public bool IsSet => isSet;

    public static ListRule Map(params string[] keys) => new(keys, false);

    /// <summary>Whether items are told apart by this field: it goes only with its item.</summary>
    public bool IsKey(string field) => keys?.Contains(field) == true;

    /// <summary>
    /// The item as a path element of <c>fieldsV1</c>: <c>k:{…}</c> with its keys or <c>v:…</c> with its value.
    /// </summary>
    public string ElementOf(JsonNode? item)
    {
        if (isSet)
            return "v:" + (item?.ToJsonString() ?? "null");
        var named = new JsonObject();
        foreach (var key in keys!.Order(StringComparer.Ordinal))
        {
            // The only key with a default among those here; the real server's schema says so too.
            var value = item?[key]?.DeepClone() ?? (key == "protocol" ? JsonValue.Create("TCP") : null);
            named[key] = value;
        }
        return "k:" + named.ToJsonString();
    }
}
