using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

[JsonSerializable(typeof(K8SConfiguration))]
[JsonSerializable(typeof(ExecCredentialResponse))]
internal sealed partial class KubeConfigJsonContext : JsonSerializerContext;
