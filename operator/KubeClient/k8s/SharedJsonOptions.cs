using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s.KubeConfigModels;
using k8s.Models;

namespace k8s;

/// <summary>
/// The serialiser options of the process. Options freeze with their first use and cache what they know of types, so
/// they are shared and not built per call; a change makes a copy, which may come late without harm.
/// </summary>
internal sealed class SharedJsonOptions
{
    readonly Lock gate = new();
    volatile JsonSerializerOptions current = Initial();

    public JsonSerializerOptions Current => current;

    public void Change(Action<JsonSerializerOptions> configure)
    {
        lock (gate)
        {
            var changed = new JsonSerializerOptions(current);
            configure(changed);
            Relax(changed);
            changed.MakeReadOnly();
            current = changed;
        }
    }

    static JsonSerializerOptions Initial()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // The text never lands in HTML, and configuration in any language stays readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new TimeConverter() },
            TypeInfoResolverChain = { ModelsJsonContext.Default, KubeConfigJsonContext.Default },
        };
        Relax(options);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>
    /// <c>required</c> is for those who write objects in C#. What a server sends is taken as it is: newer and older
    /// ones leave out fields that this version's document calls required, and one such object must not end a watch.
    /// </summary>
    static void Relax(JsonSerializerOptions options)
    {
        for (var i = 0; i < options.TypeInfoResolverChain.Count; i++)
        {
            if (options.TypeInfoResolverChain[i] is not RelaxedResolver)
                options.TypeInfoResolverChain[i] = new RelaxedResolver(options.TypeInfoResolverChain[i]);
        }
    }

    sealed class RelaxedResolver(IJsonTypeInfoResolver inner) : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            var info = inner.GetTypeInfo(type, options);
            if (info?.Kind == JsonTypeInfoKind.Object)
            {
                foreach (var property in info.Properties)
                    property.IsRequired = false;
            }
            return info;
        }
    }
}
