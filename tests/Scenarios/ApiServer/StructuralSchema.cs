using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scenarios.ApiServer;

/// <summary>
/// What the real server does with the OpenAPI schema of a custom resource: fill in defaults, cut away unknown fields,
/// refuse what does not fit, and know how lists merge. CEL rules are not evaluated here.
/// </summary>
public sealed class StructuralSchema(JsonObject root)
{
    public void Default(JsonObject json) => Default(json, root);

    public void Prune(JsonObject json)
    {
        foreach (var (name, schema) in root["properties"] as JsonObject ?? [])
        {
            // metadata has the server's own schema.
            if (name != "metadata" && json[name] is { } value && schema is JsonObject known)
                Prune(value, known);
        }
    }

    /// <returns>Path and fault of everything that does not fit.</returns>
    public IReadOnlyList<(string Field, string Message)> Check(JsonObject json)
    {
        var faults = new List<(string, string)>();
        foreach (var (name, schema) in root["properties"] as JsonObject ?? [])
        {
            if (name != "metadata" && json.ContainsKey(name) && schema is JsonObject known)
                Check(json[name], known, name, faults);
        }
        foreach (var name in Required(root).Where(n => !json.ContainsKey(n)))
            faults.Add((name, "Required value"));
        return faults;
    }

    public MergeRules ToMergeRules() =>
        new(
            path =>
                At(path) is { } list
                    ? (string?)list["x-kubernetes-list-type"] switch
                    {
                        "map" => ListRule.Map([
                            .. (list["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(k => (string)k!),
                        ]),
                        "set" => ListRule.Set,
                        _ => ListRule.Atomic,
                    }
                    : MergeRules.BuiltIn.ListAt(path),
            path => At(path) is { } map && (string?)map["x-kubernetes-map-type"] == "atomic"
        );

    JsonObject? At(IReadOnlyList<string> path)
    {
        var node = root;
        foreach (var name in path)
        {
            var inside = (string?)node["type"] == "array" ? node["items"] as JsonObject : node;
            node = inside?["properties"]?[name] as JsonObject ?? inside?["additionalProperties"] as JsonObject;
            if (node is null)
                return null;
        }
        return node;
    }

    static void Default(JsonNode? value, JsonObject schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
                {
                    if (property is not JsonObject known)
                        continue;
                    if (
                        known["default"] is { } filled
                        && (!map.ContainsKey(name) || map[name] is null && !Nullable(known))
                    )
                        map[name] = filled.DeepClone();
                    Default(map[name], known);
                }
                if (schema["additionalProperties"] is JsonObject each)
                {
                    foreach (var (_, child) in map)
                        Default(child, each);
                }
                break;
            case JsonArray list when schema["items"] is JsonObject items:
                foreach (var item in list)
                    Default(item, items);
                break;
        }
    }

    static void Prune(JsonNode value, JsonObject schema)
    {
        switch (value)
        {
            case JsonArray list when schema["items"] is JsonObject items:
                foreach (var item in list.OfType<JsonNode>())
                    Prune(item, items);
                break;
            case JsonObject map:
                foreach (var name in map.Select(m => m.Key).ToList())
                {
                    if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is JsonObject known)
                    {
                        if (map[name] is { } child)
                            Prune(child, known);
                    }
                    else if (
                        !IsTrue(schema["x-kubernetes-preserve-unknown-fields"])
                        && !IsTrue(schema["additionalProperties"])
                    )
                        map.Remove(name);
                }
                break;
        }
    }

    static void Check(JsonNode? value, JsonObject schema, string path, List<(string, string)> faults)
    {
        if (value is null)
        {
            if (!Nullable(schema))
                faults.Add((path, "Invalid value: \"null\": must not be null"));
            return;
        }
        if (!Fits(value, schema))
        {
            faults.Add((path, $"Invalid value: {value.ToJsonString()}: must be of type {schema["type"]}"));
            return;
        }
        CheckBounds(value, schema, path, faults);
        if (value is JsonObject map)
        {
            foreach (var name in Required(schema).Where(n => !map.ContainsKey(n)))
                faults.Add(($"{path}.{name}", "Required value"));
            foreach (var (name, child) in map)
            {
                if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is JsonObject known)
                    Check(child, known, $"{path}.{name}", faults);
            }
        }
        else if (value is JsonArray list && schema["items"] is JsonObject items)
        {
            for (var i = 0; i < list.Count; i++)
                Check(list[i], items, $"{path}[{i}]", faults);
        }
    }

    static void CheckBounds(JsonNode value, JsonObject schema, string path, List<(string, string)> faults)
    {
        void Fault(bool isWrong, string message)
        {
            if (isWrong)
                faults.Add((path, $"Invalid value: {value.ToJsonString()}: {message}"));
        }

        if (schema["enum"] is JsonArray values)
            Fault(!values.Any(v => JsonNode.DeepEquals(v, value)), $"supported values: {values.ToJsonString()}");
        switch (value)
        {
            case JsonArray list:
                Fault(list.Count < Bound("minItems", 0), $"must have at least {schema["minItems"]} items");
                Fault(list.Count > Bound("maxItems", int.MaxValue), $"must have at most {schema["maxItems"]} items");
                break;
            case JsonValue when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                Fault(text.Length < Bound("minLength", 0), $"should be at least {schema["minLength"]} chars long");
                Fault(
                    text.Length > Bound("maxLength", int.MaxValue),
                    $"may not be more than {schema["maxLength"]} bytes"
                );
                if ((string?)schema["pattern"] is { } pattern)
                    Fault(
                        !Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)),
                        $"should match '{pattern}'"
                    );
                break;
            case JsonValue when value.GetValueKind() == JsonValueKind.Number:
                var number = NumberOf(value);
                Fault(
                    number < Bound("minimum", double.MinValue),
                    $"should be greater than or equal to {schema["minimum"]}"
                );
                Fault(
                    number > Bound("maximum", double.MaxValue),
                    $"should be less than or equal to {schema["maximum"]}"
                );
                break;
        }

        double Bound(string name, double otherwise) => schema[name] is { } bound ? NumberOf(bound) : otherwise;
    }

    static bool Fits(JsonNode value, JsonObject schema)
    {
        var kind = value.GetValueKind();
        if (IsTrue(schema["x-kubernetes-int-or-string"]))
            return kind is JsonValueKind.Number or JsonValueKind.String;
        return (string?)schema["type"] switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "number" => kind == JsonValueKind.Number,
            "integer" => kind == JsonValueKind.Number && NumberOf(value) == Math.Truncate(NumberOf(value)),
            _ => true,
        };
    }

    /// <summary>A node made from a number in memory does not convert between number types; its text does.</summary>
    static double NumberOf(JsonNode number) => double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture);

    static IEnumerable<string> Required(JsonObject schema) =>
        (schema["required"] as JsonArray ?? []).Select(r => (string)r!);

    static bool Nullable(JsonObject schema) => IsTrue(schema["nullable"]);

    static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
