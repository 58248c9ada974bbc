using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;
using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Schemas;

/// <summary>
/// The structural schema of a type, from its properties and their KubeOps attributes. Deterministic: properties are in
/// ordinal order. Everything that has no bound of its own is an error, because one unbounded text is enough for the API
/// server's cost estimate to refuse a rule.
/// </summary>
public static class SchemaBuilder
{
    /// <summary>What the API server itself takes as a quantity.</summary>
    internal const string QuantityPattern =
        @"^(\+|-)?" + Number + "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?" + Number + "))?$";

    const string Number = @"(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))";

    /// <summary>The schema of a spec or status type.</summary>
    public static V1JSONSchemaProps Of(Type type)
    {
        var schema = new V1JSONSchemaProps
        {
            Type = "object",
            Properties = new SortedDictionary<string, V1JSONSchemaProps>(StringComparer.Ordinal),
        };
        var required = new List<string>();
        foreach (var property in PropertiesOf(type))
        {
            var name = NameOf(property);
            schema.Properties[name] = OfProperty(property);
            if (property.GetCustomAttribute<RequiredAttribute>() is not null)
                required.Add(name);
        }
        if (required.Count > 0)
            schema.Required = [.. required.Order(StringComparer.Ordinal)];
        return schema;
    }

    /// <summary>The properties of a type that are part of its JSON form.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null);

    /// <summary>A property's name in JSON.</summary>
    public static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    static V1JSONSchemaProps OfProperty(PropertyInfo property)
    {
        var schema = property.GetCustomAttribute<PreserveUnknownFieldsAttribute>() is null
            ? OfValue(property, property.PropertyType)
            : new V1JSONSchemaProps { Type = "object", XKubernetesPreserveUnknownFields = true };
        schema.Description =
            property.GetCustomAttribute<DescriptionAttribute>()?.Description
            ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no [Description]");
        if (property.GetCustomAttribute<LengthAttribute>() is { } length)
            (schema.MinLength, schema.MaxLength) = (length.MinLength, length.MaxLength);
        if (property.GetCustomAttribute<PatternAttribute>() is { } pattern)
            schema.Pattern = pattern.RegexPattern;
        if (property.GetCustomAttribute<RangeMinimumAttribute>() is { } minimum)
            schema.Minimum = minimum.Minimum;
        if (property.GetCustomAttribute<RangeMaximumAttribute>() is { } maximum)
            schema.Maximum = maximum.Maximum;
        if (property.GetCustomAttribute<ItemsAttribute>() is { } items)
            (schema.MinItems, schema.MaxItems) = (items.MinItems, items.MaxItems);
        if (property.GetCustomAttribute<PropertyLimitsAttribute>() is { } limits)
            (schema.MinProperties, schema.MaxProperties) = (limits.MinProperties, limits.MaxProperties);
        if (property.GetCustomAttribute<XListTypeAttribute>() is { } list)
            schema.XKubernetesListType = JsonNamingPolicy.CamelCase.ConvertName(list.ListType.ToString());
        if (property.GetCustomAttribute<XListMapKeysAttribute>() is { } keys)
            schema.XKubernetesListMapKeys = keys.Keys;
        if (property.GetCustomAttribute<DefaultValueAttribute>() is { } @default)
            schema.DefaultProperty = @default.Json
                ? JsonNode.Parse((string)@default.Value)
                : JsonValue.Create(@default.Value);
        RequireBounds(property, schema);
        return schema;
    }

    static V1JSONSchemaProps OfValue(PropertyInfo property, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return new V1JSONSchemaProps { Type = "string" };
        if (type == typeof(bool))
            return new V1JSONSchemaProps { Type = "boolean" };
        if (type == typeof(int))
            return new V1JSONSchemaProps { Type = "integer", Format = "int32" };
        if (type == typeof(long))
            return new V1JSONSchemaProps { Type = "integer", Format = "int64" };
        if (type == typeof(ResourceQuantity))
            return Quantity();
        if (type == typeof(V1Condition))
            return ConditionSchema.Build();
        if (type.IsEnum)
            return new V1JSONSchemaProps
            {
                Type = "string",
                EnumProperty = [.. Enum.GetNames(type).Select(n => JsonValue.Create(n))],
            };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return new V1JSONSchemaProps
            {
                Type = "object",
                AdditionalProperties = Element(property, type.GenericTypeArguments[1]),
            };
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return new V1JSONSchemaProps { Type = "array", Items = Element(property, type.GenericTypeArguments[0]) };
        return Of(type);
    }

    static V1JSONSchemaProps Element(PropertyInfo property, Type type)
    {
        var schema = OfValue(property, type);
        if (property.GetCustomAttribute<ItemLengthAttribute>() is { } bound)
            (schema.MaxLength, schema.Pattern) = (bound.MaxLength, bound.Pattern);
        if (schema is { Type: "string", MaxLength: null, EnumProperty: null })
            throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no [ItemLength]");
        return schema;
    }

    static V1JSONSchemaProps Quantity() =>
        new()
        {
            AnyOf = [new V1JSONSchemaProps { Type = "integer" }, new V1JSONSchemaProps { Type = "string" }],
            XKubernetesIntOrString = true,
            Pattern = QuantityPattern,
        };

    static void RequireBounds(PropertyInfo property, V1JSONSchemaProps schema)
    {
        var bounded = schema switch
        {
            { Type: "string", EnumProperty: null } => schema.MaxLength is not null,
            { Type: "array" } => schema.MaxItems is not null,
            { Type: "object", AdditionalProperties: not null } => schema.MaxProperties is not null,
            _ => true,
        };
        if (!bounded)
            throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no upper bound");
    }
}
