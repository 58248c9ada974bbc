using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using KubeOps.Abstractions.Entities;
using KubeOps.Abstractions.Entities.Attributes;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Api.Topics;

namespace Operator.Api.Schemas;

/// <summary>
/// One kind as the API server is told of it: its definition comes from its type, its attributes and its rules.
/// </summary>
public sealed class CustomResource
{
    /// <summary>
    /// The label that carries <see cref="SchemaHash"/>: the operator compares it with its own at start.
    /// </summary>
    public const string SchemaLabel = ApiGroup.Name + "/schema";

    /// <summary>
    /// Until the operator has looked, a client that waits for Ready finds the condition, and finds it Unknown.
    /// </summary>
    const string InitialStatus = """
        {"conditions":[{
            "type":"Ready","status":"Unknown","reason":"Pending","message":"Waiting for the operator",
            "lastTransitionTime":"1970-01-01T00:00:00Z"
        }]}
        """;

    readonly IReadOnlyList<(string Path, V1ValidationRule Rule)> rules;

    CustomResource(Type type, IEnumerable<(string Path, string? Cel, string Message)> rules)
    {
        Type = type;
        Entity = type.GetCustomAttribute<KubernetesEntityAttribute>()!;
        this.rules =
        [
            .. rules
                .Where(r => r.Cel is not null)
                .Select(r => (r.Path, new V1ValidationRule { Rule = r.Cel!, Message = r.Message })),
        ];
        Schema = BuildSchema(withRules: true);
        SchemaHash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(KubernetesJson.SerializeToNode(Schema).ToJsonString()))
        )[..16];
    }

    /// <summary>All kinds, in the order in which they are documented.</summary>
    public static IReadOnlyList<CustomResource> All { get; } =
    [Of(InstanceRules.All), Of(TopicRules.All), Of(GroupRules.All)];

    /// <summary>The entity class.</summary>
    public Type Type { get; }

    /// <summary>Group, version, kind and plural.</summary>
    public KubernetesEntityAttribute Entity { get; }

    /// <summary>The name of the definition: <c>plural.group</c>.</summary>
    public string Name => $"{Entity.PluralName}.{Entity.Group}";

    /// <summary>The schema with its CEL rules.</summary>
    public V1JSONSchemaProps Schema { get; }

    /// <summary>16 hex digits that change with the schema.</summary>
    public string SchemaHash { get; }

    /// <summary>The definition.</summary>
    /// <param name="withRules">False leaves the CEL rules out, for clients that validate against servers before
    /// 1.25.</param>
    public V1CustomResourceDefinition Definition(bool withRules = true) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = Name,
                Labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    ["app.kubernetes.io/name"] = "rocketmq-operator",
                    [SchemaLabel] = SchemaHash,
                },
            },
            Spec = new V1CustomResourceDefinitionSpec
            {
                Group = Entity.Group,
                Scope = Type.GetCustomAttribute<EntityScopeAttribute>()!.Scope.ToString(),
                Conversion = new V1CustomResourceConversion { Strategy = "None" },
                Names = new V1CustomResourceDefinitionNames
                {
                    Kind = Entity.Kind,
                    ListKind = Entity.Kind + "List",
                    Plural = Entity.PluralName,
                    Singular = Entity.Kind.ToLowerInvariant(),
                    ShortNames = Type.GetCustomAttribute<KubernetesEntityShortNamesAttribute>()!.ShortNames,
                    Categories = [.. Type.GetCustomAttribute<CategoriesAttribute>()!.Names],
                },
                Versions =
                [
                    new V1CustomResourceDefinitionVersion
                    {
                        Name = Entity.ApiVersion,
                        Served = true,
                        Storage = true,
                        AdditionalPrinterColumns = [.. Columns()],
                        Schema = new V1CustomResourceValidation { OpenAPIV3Schema = BuildSchema(withRules) },
                        Subresources = new V1CustomResourceSubresources { Status = new JsonObject() },
                    },
                ],
            },
        };

    static CustomResource Of<T>(IReadOnlyList<Rule<T>> rules)
        where T : class => new(typeof(T), rules.Select(r => (r.Path, r.Cel, r.Message)));

    IEnumerable<V1CustomResourceColumnDefinition> Columns() =>
        Type.GetCustomAttributes<GenericAdditionalPrinterColumnAttribute>()
            .Select(c => new V1CustomResourceColumnDefinition
            {
                Name = c.Name,
                Type = c.Type,
                JsonPath = c.JsonPath,
                Description = c.Description,
                Priority = c.Priority == PrinterColumnPriority.WideView ? 1 : null,
            });

    V1JSONSchemaProps BuildSchema(bool withRules)
    {
        var spec = SchemaBuilder.Of(Type.GetProperty("Spec")!.PropertyType);
        spec.Description = "What is wanted.";
        var status = SchemaBuilder.Of(Type.GetProperty("Status")!.PropertyType);
        status.Description = "What was seen, written by the operator.";
        status.DefaultProperty = JsonNode.Parse(InitialStatus);
        var schema = new V1JSONSchemaProps
        {
            Type = "object",
            Description = Type.GetCustomAttribute<DescriptionAttribute>()!.Description,
            Properties = new SortedDictionary<string, V1JSONSchemaProps>(StringComparer.Ordinal)
            {
                ["apiVersion"] = new()
                {
                    Type = "string",
                    Description = "Version of this resource's schema: rocketmq.io/v1alpha1.",
                },
                ["kind"] = new() { Type = "string", Description = $"Kind of this resource: {Entity.Kind}." },
                ["metadata"] = new() { Type = "object" },
                ["spec"] = spec,
                ["status"] = status,
            },
        };
        if (spec.Required is { Count: > 0 })
            schema.Required = ["spec"];
        else
            spec.DefaultProperty = new JsonObject();
        if (withRules)
        {
            foreach (var (path, rule) in rules)
                (At(schema, path).XKubernetesValidations ??= []).Add(rule);
        }
        return schema;
    }

    static V1JSONSchemaProps At(V1JSONSchemaProps schema, string path) =>
        path.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(schema, (at, name) => at.Properties![name]);
}
