using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

/// <summary>
/// Data wins over the file of the same meaning; of the ways to name a user the first in this order counts.
/// </summary>
public sealed class UserCredentials
{
    [JsonPropertyName("client-certificate-data")]
    public string? ClientCertificateData { get; set; }

    [JsonPropertyName("client-certificate")]
    public string? ClientCertificate { get; set; }

    [JsonPropertyName("client-key-data")]
    public string? ClientKeyData { get; set; }

    [JsonPropertyName("client-key")]
    public string? ClientKey { get; set; }

    [JsonPropertyName("tokenFile")]
    public string? TokenFile { get; set; }

    [JsonPropertyName("token")]
    public string? Token { get; set; }

    [JsonPropertyName("username")]
    public string? UserName { get; set; }

    [JsonPropertyName("password")]
    public string? Password { get; set; }

    [JsonPropertyName("auth-provider")]
    public AuthProvider? AuthProvider { get; set; }

    [JsonPropertyName("exec")]
    public ExternalExecution? ExternalExecution { get; set; }
}
