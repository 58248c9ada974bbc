using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>Reads the types out of a CustomResourceDefinition: one for each version that is served.</summary>
internal static class CustomTypes
{
    public static IEnumerable<ResourceType> Of(JsonObject definition)
    {
        var spec = definition["spec"]!;
        foreach (var version in spec["versions"]!.AsArray().OfType<JsonObject>().Where(v => (bool)v["served"]!))
        {
            var schema = version["schema"]?["openAPIV3Schema"] is JsonObject root
                ? new StructuralSchema((JsonObject)root.DeepClone())
                : null;
            yield return new ResourceType(
                (string)spec["group"]!,
                (string)version["name"]!,
                (string)spec["names"]!["plural"]!,
                (string)spec["names"]!["kind"]!
            )
            {
                Namespaced = (string?)spec["scope"] == "Namespaced",
                HasStatus = version["subresources"]?["status"] is not null,
                HasGeneration = true,
                NeedsVersion = true,
                Schema = schema,
                Merging = schema?.ToMergeRules() ?? MergeRules.BuiltIn,
            };
        }
    }
}
