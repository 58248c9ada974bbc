using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace k8s;

/// <summary>
/// How objects are read and written: nulls left out, unknown members kept where a model has a bag for them, enums as
/// text, times of RFC 3339. Only types of source-generated contexts are known: models are, others are added by
/// <see cref="AddJsonOptions"/>.
/// </summary>
public static class KubernetesJson
{
    static readonly SharedJsonOptions Shared = new();

    /// <summary>The options in use; do not keep them, adding a context replaces them.</summary>
    public static JsonSerializerOptions Options => Shared.Current;

    /// <summary>
    /// Changes the options of the process, normally to add a context:
    /// <c>AddJsonOptions(o =&gt; o.TypeInfoResolverChain.Add(MyContext.Default))</c>. Can be called at any time.
    /// </summary>
    public static void AddJsonOptions(Action<JsonSerializerOptions> configure) => Shared.Change(configure);

    public static string Serialize(object value, JsonSerializerOptions? jsonSerializerOptions = null) =>
        JsonSerializer.Serialize(value, Info(value.GetType(), jsonSerializerOptions));

    public static byte[] SerializeToUtf8Bytes(object value, JsonSerializerOptions? jsonSerializerOptions = null) =>
        JsonSerializer.SerializeToUtf8Bytes(value, Info(value.GetType(), jsonSerializerOptions));

    /// <summary>As a tree that can be changed, for patches and for server-side apply of what has no model.</summary>
    public static JsonNode SerializeToNode(object value, JsonSerializerOptions? jsonSerializerOptions = null) =>
        JsonSerializer.SerializeToNode(value, Info(value.GetType(), jsonSerializerOptions))!;

    public static TValue Deserialize<TValue>(string json, JsonSerializerOptions? jsonSerializerOptions = null) =>
        (TValue)JsonSerializer.Deserialize(json, Info(typeof(TValue), jsonSerializerOptions))!;

    public static TValue Deserialize<TValue>(
        ReadOnlySpan<byte> json,
        JsonSerializerOptions? jsonSerializerOptions = null
    ) => (TValue)JsonSerializer.Deserialize(json, Info(typeof(TValue), jsonSerializerOptions))!;

    public static TValue Deserialize<TValue>(Stream json, JsonSerializerOptions? jsonSerializerOptions = null) =>
        (TValue)JsonSerializer.Deserialize(json, Info(typeof(TValue), jsonSerializerOptions))!;

    public static TValue Deserialize<TValue>(JsonElement json, JsonSerializerOptions? jsonSerializerOptions = null) =>
        (TValue)json.Deserialize(Info(typeof(TValue), jsonSerializerOptions))!;

    public static TValue Deserialize<TValue>(JsonNode json, JsonSerializerOptions? jsonSerializerOptions = null) =>
        (TValue)json.Deserialize(Info(typeof(TValue), jsonSerializerOptions))!;

    static System.Text.Json.Serialization.Metadata.JsonTypeInfo Info(Type type, JsonSerializerOptions? options)
    {
        // JSON nodes have several public types but one contract.
        var known = typeof(JsonNode).IsAssignableFrom(type) ? typeof(JsonNode) : type;
        return (options ?? Options).GetTypeInfo(known);
    }
}
