using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace Operator.KubeClient.Resources;

/// <summary>
/// Reads a page of a list straight into objects: the kinds of lists need no classes, and nothing is parsed twice.
/// </summary>
internal static class ListReader
{
    public static (string ResourceVersion, string? Continue) Read<T>(ReadOnlySpan<byte> page, List<T> items)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var info = (JsonTypeInfo<T>)KubernetesJson.Options.GetTypeInfo(typeof(T));
        var reader = new Utf8JsonReader(page);
        var metadata = new V1ListMeta();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a list must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                ReadItems(ref reader, info, items);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                metadata =
                    JsonSerializer.Deserialize(
                        ref reader,
                        (JsonTypeInfo<V1ListMeta>)KubernetesJson.Options.GetTypeInfo(typeof(V1ListMeta))
                    ) ?? metadata;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return (metadata.ResourceVersion ?? "", metadata.ContinueProperty);
    }

    static void ReadItems<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> info, List<T> items)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return; // null: an empty list
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var item = JsonSerializer.Deserialize(ref reader, info) ?? throw new JsonException("null in a list");
            // Servers leave kind and version out of the items of a list.
            if (string.IsNullOrEmpty(item.Kind))
                item.Initialize();
            items.Add(item);
        }
    }
}
