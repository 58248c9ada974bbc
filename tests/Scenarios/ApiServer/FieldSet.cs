using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// A set of fields of an object, as <c>metadata.managedFields</c> holds it. A path is a text of elements joined by
/// <see cref="Separator"/>: <c>f:spec</c>, <c>k:{"name":"x"}</c>, <c>v:"y"</c>. A leaf is a value, an atomic list or
/// map, an empty map, or the existence of a list's item.
/// </summary>
internal sealed class FieldSet
{
    const char Separator = '\n';

    readonly SortedSet<string> paths;

    public FieldSet(IEnumerable<string>? paths = null) =>
        this.paths = new SortedSet<string>(paths ?? [], StringComparer.Ordinal);

    public int Count => paths.Count;

    public IEnumerable<string> Paths => paths;

    public bool Contains(string path) => paths.Contains(path);

    public FieldSet Union(FieldSet other) => new(paths.Concat(other.paths));

    public FieldSet Except(IEnumerable<string> gone)
    {
        var without = gone.ToHashSet();
        return new FieldSet(paths.Where(p => !without.Contains(p)));
    }

    public bool SetEquals(FieldSet other) => paths.SetEquals(other.paths);

    /// <summary>Whether anything at or below a path is in the set.</summary>
    public bool ContainsBelow(string path) =>
        paths.Contains(path) || paths.GetViewBetween(path + Separator, path + Separator + char.MaxValue).Count > 0;

    public static string Join(string parent, string element) =>
        parent.Length == 0 ? element : parent + Separator + element;

    public static string[] Split(string path) => path.Split(Separator);

    /// <summary>As error messages write it: <c>.spec.replicas</c>.</summary>
    public static string Readable(string path) =>
        string.Concat(
            Split(path)
                .Select(e =>
                    e[0] switch
                    {
                        'f' => "." + e[2..],
                        'k' => "["
                            + e[2..]
                                .Trim('{', '}')
                                .Replace("\":", "=", StringComparison.Ordinal)
                                .Replace("\"", "", StringComparison.Ordinal)
                            + "]",
                        _ => "[=" + e[2..] + "]",
                    }
                )
        );

    /// <summary>
    /// The leaves of an object and what each holds, less what nobody owns: type, name and the server's own
    /// metadata.
    /// </summary>
    public static Dictionary<string, JsonNode?> LeavesOf(JsonObject json, MergeRules rules)
    {
        var leaves = new Dictionary<string, JsonNode?>();
        foreach (var (name, value) in json)
        {
            if (name is "apiVersion" or "kind")
                continue;
            if (name == "metadata" && value is JsonObject metadata)
            {
                foreach (var (field, content) in metadata)
                {
                    if (field is "labels" or "annotations" or "finalizers" or "ownerReferences")
                        Walk(content, $"f:metadata{Separator}f:{field}", ["metadata", field], rules, leaves);
                }
            }
            else
                Walk(value, "f:" + name, [name], rules, leaves);
        }
        return leaves;
    }

    public JsonObject ToFieldsV1()
    {
        var root = new JsonObject();
        foreach (var path in paths)
        {
            var elements = Split(path);
            var node = root;
            foreach (var element in elements)
            {
                if (node[element] is not JsonObject next)
                    node[element] = next = new JsonObject();
                node = next;
            }
            if (elements[^1][0] == 'k')
                node["."] = new JsonObject();
        }
        return root;
    }

    public static FieldSet FromFieldsV1(JsonObject? fields)
    {
        var found = new List<string>();
        Collect(fields ?? [], "", found);
        return new FieldSet(found);
    }

    static void Collect(JsonObject node, string path, List<string> found)
    {
        foreach (var (element, value) in node)
        {
            if (element == ".")
                found.Add(path);
            else if (value is JsonObject { Count: > 0 } children)
                Collect(children, Join(path, element), found);
            else
                found.Add(Join(path, element));
        }
    }

    static void Walk(
        JsonNode? value,
        string path,
        List<string> names,
        MergeRules rules,
        Dictionary<string, JsonNode?> leaves
    )
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map when !rules.IsAtomicMap(names):
                foreach (var (name, child) in map)
                    Walk(child, Join(path, "f:" + name), [.. names, name], rules, leaves);
                break;
            case JsonArray list when rules.ListAt(names) is { IsAtomic: false } rule:
                foreach (var item in list)
                {
                    var element = Join(path, rule.ElementOf(item));
                    leaves[element] = rule.IsSet ? item : null;
                    if (!rule.IsSet && item is JsonObject fields)
                    {
                        foreach (var (name, child) in fields)
                            Walk(child, Join(element, "f:" + name), [.. names, name], rules, leaves);
                    }
                }
                break;
            default:
                leaves[path] = value;
                break;
        }
    }
}
