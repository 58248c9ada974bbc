using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// Takes one field out of an object by its path in <see cref="FieldSet"/>, and parents that it leaves empty.
/// </summary>
internal static class FieldRemoval
{
    public static void Remove(JsonObject root, string path, MergeRules rules) =>
        Remove(root, FieldSet.Split(path), [], rules);

    static void Remove(JsonNode? node, ReadOnlySpan<string> elements, List<string> names, MergeRules rules)
    {
        switch (node)
        {
            case JsonObject map when elements[0][0] == 'f':
                var name = elements[0][2..];
                if (elements.Length == 1)
                {
                    map.Remove(name);
                    return;
                }
                Remove(map[name], elements[1..], [.. names, name], rules);
                if (names.Count + 1 > 1 && map[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                    map.Remove(name);
                break;
            case JsonArray list:
                var rule = rules.ListAt(names);
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    if (rule.IsAtomic || rule.ElementOf(list[i]) != elements[0])
                        continue;
                    if (elements.Length == 1)
                        list.RemoveAt(i);
                    else if (elements.Length > 2 || !rule.IsKey(elements[1][2..]))
                        Remove(list[i], elements[1..], names, rules);
                }
                break;
        }
    }
}
