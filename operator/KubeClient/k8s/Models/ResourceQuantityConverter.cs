using System.Text.Json;
using System.Text.Json.Serialization;

namespace k8s.Models;

internal sealed class ResourceQuantityConverter : JsonConverter<ResourceQuantity>
{
    public override ResourceQuantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return reader.GetDecimal();
        var text = reader.GetString();
        return ResourceQuantity.TryParse(text, out var quantity)
            ? quantity
            : throw new JsonException($"'{text}' is not a quantity like 500m, 2 or 10Gi");
    }

    public override void Write(Utf8JsonWriter writer, ResourceQuantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
