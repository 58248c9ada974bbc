using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using Operator.Api.Rules;

namespace Operator.Api.Schemas;

/// <summary>
/// Holds an object against its schema, as the API server does: an object may be older than a bound. Says nothing of
/// members that the schema does not name; the server prunes them.
/// </summary>
public static class SchemaCheck
{
    /// <summary>What is wrong, in the order of the schema.</summary>
    /// <param name="schema">The schema of <paramref name="node"/>.</param>
    /// <param name="node">The value; null when there is none.</param>
    /// <param name="path">Where it is, for the messages.</param>
    public static IEnumerable<Violation> Violations(V1JSONSchemaProps schema, JsonNode? node, string path) =>
        node switch
        {
            null => [],
            JsonObject map when schema.Type == "object" => OfMap(schema, map, path),
            JsonArray list when schema.Type == "array" => OfList(schema, list, path),
            JsonValue value when HasType(schema, value) => OfValue(schema, value).Select(m => new Violation(path, m)),
            _ =>
            [
                new Violation(
                    path,
                    $"must be of type {(schema.XKubernetesIntOrString == true ? "integer or string" : schema.Type)}"
                ),
            ],
        };

    static IEnumerable<Violation> OfMap(V1JSONSchemaProps schema, JsonObject map, string path)
    {
        if (map.Count > schema.MaxProperties)
            yield return new Violation(path, $"must have at most {schema.MaxProperties} entries");
        foreach (var name in schema.Required ?? [])
        {
            if (map[name] is null)
                yield return new Violation($"{path}.{name}", "is required");
        }
        foreach (var (name, value) in map)
        {
            var of =
                schema.Properties?.TryGetValue(name, out var named) == true
                    ? named
                    : schema.AdditionalProperties as V1JSONSchemaProps;
            foreach (var violation in of is null ? [] : Violations(of, value, $"{path}.{name}"))
                yield return violation;
        }
    }

    static IEnumerable<Violation> OfList(V1JSONSchemaProps schema, JsonArray list, string path)
    {
        if (list.Count > schema.MaxItems)
            yield return new Violation(path, $"must have at most {schema.MaxItems} items");
        for (var i = 0; i < list.Count; i++)
        {
            foreach (var violation in Violations((V1JSONSchemaProps)schema.Items!, list[i], $"{path}[{i}]"))
                yield return violation;
        }
    }

    static bool HasType(V1JSONSchemaProps schema, JsonValue value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => schema.Type == "string" || schema.XKubernetesIntOrString == true,
            JsonValueKind.Number => schema.Type is "number" or "integer" || schema.XKubernetesIntOrString == true,
            JsonValueKind.True or JsonValueKind.False => schema.Type == "boolean",
            _ => false,
        };

    static IEnumerable<string> OfValue(V1JSONSchemaProps schema, JsonValue value)
    {
        var kind = value.GetValueKind();
        if (kind == JsonValueKind.Number)
        {
            var number = double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
            if (number < schema.Minimum)
                yield return $"must be at least {schema.Minimum}";
            if (number > schema.Maximum)
                yield return $"must be at most {schema.Maximum}";
        }
        if (kind != JsonValueKind.String)
            yield break;
        var text = value.GetValue<string>();
        var length = text.EnumerateRunes().Count(); // the server counts characters, not UTF-16 units
        if (length < schema.MinLength)
            yield return $"must have at least {schema.MinLength} characters";
        if (length > schema.MaxLength)
            yield return $"must have at most {schema.MaxLength} characters";
        // Linear whatever the pattern: a limit of time would be exceeded on a busy machine, too.
        if (schema.Pattern is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking))
            yield return $"must match {pattern}";
        if (schema.EnumProperty is { } words && !words.Any(w => ((JsonNode)w).GetValue<string>() == text))
            yield return $"must be one of {string.Join(", ", words)}";
    }
}
