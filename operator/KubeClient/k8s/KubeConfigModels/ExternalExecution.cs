using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

/// <summary>A program that prints credentials, as <c>client.authentication.k8s.io</c> describes it.</summary>
public sealed class ExternalExecution
{
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "";

    [JsonPropertyName("command")]
    public string Command { get; set; } = "";

    [JsonPropertyName("args")]
    public IList<string>? Arguments { get; set; }

    /// <summary>Each with the keys <c>name</c> and <c>value</c>.</summary>
    [JsonPropertyName("env")]
    public IList<Dictionary<string, string>>? EnvironmentVariables { get; set; }

    /// <summary>What to tell a user who does not have the program.</summary>
    [JsonPropertyName("installHint")]
    public string? InstallHint { get; set; }

    [JsonPropertyName("provideClusterInfo")]
    public bool ProvideClusterInfo { get; set; }
}
