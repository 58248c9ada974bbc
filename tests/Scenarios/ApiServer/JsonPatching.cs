using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>The two plain kinds of patches: RFC 7386 (merge) and RFC 6902 (operations).</summary>
internal static class JsonPatching
{
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
            {
                var current = result[name];
                result.Remove(name);
                result[name] = Merge(current, value);
            }
        }
        return result;
    }

    /// <exception cref="ApiException">422: an operation does not fit, a test among them.</exception>
    public static JsonObject Operations(JsonObject target, JsonArray operations)
    {
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var path = (string?)operation["path"] ?? "";
            switch ((string?)operation["op"])
            {
                case "test":
                    if (!JsonNode.DeepEquals(Find(target, path), operation["value"]))
                        throw Misfit($"testing value {path} failed");
                    break;
                case "add":
                    Add(target, path, operation["value"]?.DeepClone());
                    break;
                case "replace":
                    Remove(target, path);
                    Add(target, path, operation["value"]?.DeepClone());
                    break;
                case "remove":
                    Remove(target, path);
                    break;
                case "copy":
                    Add(target, path, Find(target, (string)operation["from"]!)?.DeepClone());
                    break;
                case "move":
                    var moved = Find(target, (string)operation["from"]!)?.DeepClone();
                    Remove(target, (string)operation["from"]!);
                    Add(target, path, moved);
                    break;
                default:
                    throw ApiException.BadRequest($"unknown operation {operation["op"]}");
            }
        }
        return target;
    }

    static JsonNode? Find(JsonNode target, string path) =>
        Steps(path)
            .Aggregate(
                (JsonNode?)target,
                (node, step) =>
                    node switch
                    {
                        JsonObject map => map[step],
                        JsonArray list when int.TryParse(step, out var index) && index < list.Count => list[index],
                        _ => null,
                    }
            );

    static void Add(JsonObject target, string path, JsonNode? value)
    {
        var (parent, last) = Parent(target, path);
        switch (parent)
        {
            case JsonObject map:
                map[last] = value;
                break;
            case JsonArray list when last == "-":
                list.Add(value);
                break;
            case JsonArray list when int.TryParse(last, out var index) && index <= list.Count:
                list.Insert(index, value);
                break;
            default:
                throw Misfit($"add operation does not apply: doc is missing path: \"{path}\"");
        }
    }

    static void Remove(JsonObject target, string path)
    {
        var (parent, last) = Parent(target, path);
        var removed = parent switch
        {
            JsonObject map => map.Remove(last),
            JsonArray list when int.TryParse(last, out var index) && index < list.Count => RemoveAt(list, index),
            _ => false,
        };
        if (!removed)
            throw Misfit($"remove operation does not apply: doc is missing path: \"{path}\"");
    }

    static bool RemoveAt(JsonArray list, int index)
    {
        list.RemoveAt(index);
        return true;
    }

    static (JsonNode? Parent, string Last) Parent(JsonObject target, string path)
    {
        var at = path.LastIndexOf('/');
        return at < 0 ? (null, path) : (Find(target, path[..at]), Unescape(path[(at + 1)..]));
    }

    static IEnumerable<string> Steps(string path) => path.Length == 0 ? [] : path[1..].Split('/').Select(Unescape);

    static string Unescape(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    static ApiException Misfit(string message) => new(422, "Invalid", message);
}
