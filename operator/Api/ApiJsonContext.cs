using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using k8s;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Topics;

namespace Operator.Api;

/// <summary>
/// How the custom resources are read and written, without reflection. <see cref="KubernetesJson"/> knows it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RocketMQInstance))]
[JsonSerializable(typeof(Topic))]
[JsonSerializable(typeof(Group))]
internal sealed partial class ApiJsonContext : JsonSerializerContext
{
    /// <summary>
    /// An entity that nobody registered fails at run time only, in a watch: so loading the types registers them.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage(
        "Usage",
        "CA2255",
        Justification = "The alternative is a call that every program and test must not forget."
    )]
    internal static void Register() =>
        KubernetesJson.AddJsonOptions(options => options.TypeInfoResolverChain.Add(Default));
}
