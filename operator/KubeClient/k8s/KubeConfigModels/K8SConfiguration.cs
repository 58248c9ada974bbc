using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

/// <summary>A kubeconfig file.</summary>
public sealed class K8SConfiguration
{
    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; set; }

    [JsonPropertyName("kind")]
    public string? Kind { get; set; }

    [JsonPropertyName("current-context")]
    public string? CurrentContext { get; set; }

    [JsonPropertyName("contexts")]
    public IList<Context> Contexts
    {
        get => field ?? [];
        set;
    } = [];

    [JsonPropertyName("clusters")]
    public IList<Cluster> Clusters
    {
        get => field ?? [];
        set;
    } = [];

    [JsonPropertyName("users")]
    public IList<User> Users
    {
        get => field ?? [];
        set;
    } = [];

    [JsonIgnore]
    public string? FileName { get; set; }
}
