using System.Security.Cryptography.X509Certificates;
using k8s.Authentication;

namespace k8s;

/// <summary>
/// How to reach an API server and as whom. Made by <see cref="BuildDefaultConfig"/>, <see cref="InClusterConfig"/>
/// or from a kubeconfig; then given to one <see cref="Kubernetes"/>, which loads the certificates and disposes of
/// them.
/// </summary>
public partial class KubernetesClientConfiguration
{
    /// <summary>The namespace that the context or the pod is in; null when neither says one.</summary>
    public string? Namespace { get; set; }

    /// <summary>The URL of the API server; a path in it comes before every path of the API.</summary>
    public string Host { get; set; } = "http://localhost:8080";

    /// <summary>The only authorities trusted when set; those of the system otherwise.</summary>
    public X509Certificate2Collection? SslCaCerts { get; set; }

    /// <summary>PEM in base64, as in a kubeconfig.</summary>
    public string? ClientCertificateData { get; set; }

    /// <summary>PEM in base64, as in a kubeconfig.</summary>
    public string? ClientCertificateKeyData { get; set; }

    public string? ClientCertificateFilePath { get; set; }

    public string? ClientKeyFilePath { get; set; }

    /// <summary>Accepts any certificate: whoever is on the way can read tokens and answer as they like.</summary>
    public bool SkipTlsVerify { get; set; }

    /// <summary>The name that the server's certificate must hold, where it differs from the host of the URL.</summary>
    public string? TlsServerName { get; set; }

    public string? UserAgent { get; set; }

    public string? Username { get; set; }

    public string? Password { get; set; }

    public string? AccessToken { get; set; }

    /// <summary>Asked before each request; wins over <see cref="AccessToken"/> and <see cref="Username"/>.</summary>
    public ITokenProvider? TokenProvider { get; set; }

    /// <summary>For one call and its answer; watches are not bound by it.</summary>
    public TimeSpan HttpClientTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Called with the innermost handler before it is used.</summary>
    public Action<SocketsHttpHandler>? FirstMessageHandlerSetup { get; set; }

    public bool DisableHttp2 { get; set; }

    public string? CurrentContext { get; private set; }

    /// <summary>Asked for the client certificate of each new connection, where a plugin provides it.</summary>
    internal ExecTokenProvider? CertificateProvider { get; set; }
}
