using System.Text.Json.Serialization;

namespace k8s.KubeConfigModels;

/// <summary>What a credential program prints.</summary>
public sealed class ExecCredentialResponse
{
    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; set; }

    [JsonPropertyName("kind")]
    public string? Kind { get; set; }

    [JsonPropertyName("status")]
    public ExecStatus? Status { get; set; }

    public sealed class ExecStatus
    {
        [JsonPropertyName("expirationTimestamp")]
        public DateTime? ExpirationTimestamp { get; set; }

        [JsonPropertyName("token")]
        public string? Token { get; set; }

        /// <summary>PEM, not base64 of it.</summary>
        [JsonPropertyName("clientCertificateData")]
        public string? ClientCertificateData { get; set; }

        /// <summary>PEM, not base64 of it.</summary>
        [JsonPropertyName("clientKeyData")]
        public string? ClientKeyData { get; set; }
    }
}
