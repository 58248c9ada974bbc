using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

public sealed class Cluster
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("cluster")]
    public ClusterEndpoint ClusterEndpoint
    {
        get => field ??= new();
        set;
    } = new();
}
