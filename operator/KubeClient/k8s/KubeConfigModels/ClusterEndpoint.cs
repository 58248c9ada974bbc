using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

public sealed class ClusterEndpoint
{
    [JsonPropertyName("server")]
    public string? Server { get; set; }

    /// <summary>A file of PEM certificates.</summary>
    [JsonPropertyName("certificate-authority")]
    public string? CertificateAuthority { get; set; }

    /// <summary>PEM certificates in base64; wins over the file.</summary>
    [JsonPropertyName("certificate-authority-data")]
    public string? CertificateAuthorityData { get; set; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; set; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool SkipTlsVerify { get; set; }
}
