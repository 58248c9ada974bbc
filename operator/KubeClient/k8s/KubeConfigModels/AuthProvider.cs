using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

public sealed class AuthProvider
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("config")]
    public IDictionary<string, string>? Config { get; set; }
}
