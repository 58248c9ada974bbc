using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Operator.Plan.Diff;

namespace Operator.Plan.Instances.Children;

/// <summary>
/// Brings what a user wrote about pods into one form, so that only what the API server would keep differently is a
/// change of the template: 0.1 and 100m, an empty list, a default that is written down.
/// </summary>
static class Spelling
{
    static readonly (string Suffix, long Factor)[] Binary =
    [
        ("Ei", 1L << 60),
        ("Pi", 1L << 50),
        ("Ti", 1L << 40),
        ("Gi", 1L << 30),
        ("Mi", 1L << 20),
        ("Ki", 1L << 10),
    ];

    /// <summary>Members that hold quantities by name.</summary>
    static readonly string[] Amounts = ["limits", "requests"];

    /// <summary>The largest binary suffix that leaves a whole number, else the shortest decimal form.</summary>
    public static ResourceQuantity Of(ResourceQuantity quantity)
    {
        var number = quantity.ToDecimal();
        foreach (var (suffix, factor) in Binary)
        {
            if (number != 0 && number % factor == 0)
                return new ResourceQuantity((number / factor).ToString("0", CultureInfo.InvariantCulture) + suffix);
        }
        ResourceQuantity plain = number; // the suffix of the original must not choose the family
        return new ResourceQuantity(plain.CanonicalizeString());
    }

    /// <summary>A user's map without what says nothing beside <paramref name="ours"/>.</summary>
    public static JsonObject Of(JsonObject theirs, JsonObject? ours)
    {
        var said = new JsonObject();
        foreach (var (name, value) in theirs)
        {
            var known = ours?[name];
            if (known is null && SaysNothing(name, value, theirs["image"] ?? ours?["image"], isOurs: ours is not null))
                continue;
            said[name] = Of(name, value, known);
        }
        return said;
    }

    static JsonNode? Of(string name, JsonNode? value, JsonNode? known) =>
        value switch
        {
            JsonObject amounts when Amounts.Contains(name) => new JsonObject(
                amounts.Select(pair => KeyValuePair.Create(pair.Key, Amount(pair.Value)))
            ),
            JsonObject map => Of(map, known as JsonObject),
            JsonArray list => new JsonArray([.. list.Select(item => Item(item, known as JsonArray))]),
            _ when name == "sizeLimit" => Amount(value),
            _ => value?.DeepClone(),
        };

    /// <summary>An item that is merged into one of ours may set it back to a default: that says something.</summary>
    static JsonNode? Item(JsonNode? item, JsonArray? ours) =>
        item is JsonObject map
            ? Of(map, ours?.OfType<JsonObject>().FirstOrDefault(o => PodTemplates.IsSame(o, map)))
            : item?.DeepClone();

    static JsonNode? Amount(JsonNode? value) =>
        ResourceQuantity.TryParse(value is JsonValue ? value.ToString() : null, out var quantity)
            ? Of(quantity).ToString()
            : value?.DeepClone();

    /// <param name="name">The member.</param>
    /// <param name="value">Its value.</param>
    /// <param name="image">The container's image, when the member is a container's.</param>
    /// <param name="isOurs">Whether it is merged into a map of the operator.</param>
    static bool SaysNothing(string name, JsonNode? value, JsonNode? image, bool isOurs) =>
        name switch
        {
            "imagePullPolicy" => image is not null
                && JsonNode.DeepEquals(value, ServerDefaults.PullPolicy(image.ToString())),
            // Of a container it makes a sidecar.
            "restartPolicy" => image is null && ServerDefaults.SaysNothing(name, value),
            // The operator's containers have another default, which is put in last.
            "terminationMessagePolicy" => !isOurs && ServerDefaults.SaysNothing(name, value),
            _ => ServerDefaults.SaysNothing(name, value),
        };
}
