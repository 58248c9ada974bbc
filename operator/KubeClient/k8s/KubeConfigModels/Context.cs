using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

public sealed class Context
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("context")]
    public ContextDetails ContextDetails
    {
        get => field ??= new();
        set;
    } = new();
}
