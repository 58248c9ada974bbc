using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

public sealed class User
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("user")]
    public UserCredentials UserCredentials
    {
        get => field ??= new();
        set;
    } = new();
}
