using System.Text.Json.Nodes;
using k8s.Models;

namespace Operator.Api.Schemas;

/// <summary>The schema of a condition: Kubernetes' own type, whose model has no attributes to read it from.</summary>
static class ConditionSchema
{
    public static V1JSONSchemaProps Build() =>
        new()
        {
            Type = "object",
            Required = ["lastTransitionTime", "message", "reason", "status", "type"],
            Properties = new SortedDictionary<string, V1JSONSchemaProps>(StringComparer.Ordinal)
            {
                ["lastTransitionTime"] = new()
                {
                    Type = "string",
                    Format = "date-time",
                    Description = "When status last changed.",
                },
                ["message"] = new()
                {
                    Type = "string",
                    MaxLength = 1024,
                    Description = "What is so, and what to do next.",
                },
                ["observedGeneration"] = new()
                {
                    Type = "integer",
                    Format = "int64",
                    Minimum = 0,
                    Description = "Generation of the spec that was judged.",
                },
                ["reason"] = new()
                {
                    Type = "string",
                    MinLength = 1,
                    MaxLength = 64,
                    Pattern = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
                    Description = "Why, in one word.",
                },
                ["status"] = new()
                {
                    Type = "string",
                    EnumProperty = [.. new[] { "True", "False", "Unknown" }.Select(n => JsonValue.Create(n))],
                    Description = "True, False or Unknown.",
                },
                ["type"] = new()
                {
                    Type = "string",
                    MinLength = 1,
                    MaxLength = 64,
                    Description = "What is judged.",
                },
            },
        };
}
