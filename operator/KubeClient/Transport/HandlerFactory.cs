using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Operator.KubeClient.Transport;

/// <summary>Makes the socket side of a configuration: trust, client certificate, HTTP/2 and its pings.</summary>
internal static class HandlerFactory
{
    /// <summary>
    /// A connection without a word for so long is asked; a watch alone on it would not notice that the other side
    /// is gone.
    /// </summary>
    static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);

    static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    /// <summary>New connections learn new addresses of the server, and present renewed client certificates.</summary>
    static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(30);

    public static SocketsHttpHandler Create(
        KubernetesClientConfiguration configuration,
        X509Certificate2? clientCertificate
    )
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionLifetime = ConnectionLifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            SslOptions = Tls(configuration, clientCertificate),
        };
        configuration.FirstMessageHandlerSetup?.Invoke(handler);
        return handler;
    }

    /// <summary>The certificate that the configuration names, in data or in files; null when there is none.</summary>
    public static X509Certificate2? LoadClientCertificate(KubernetesClientConfiguration configuration)
    {
        if (
            configuration is
            { ClientCertificateData: { Length: > 0 } certificate, ClientCertificateKeyData: { Length: > 0 } key }
        )
            return X509Certificate2.CreateFromPem(Pem(certificate), Pem(key));
        return
            configuration
                is {
                    ClientCertificateFilePath: { Length: > 0 } certificateFile,
                    ClientKeyFilePath: { Length: > 0 } keyFile
                }
            ? X509Certificate2.CreateFromPemFile(certificateFile, keyFile)
            : null;
    }

    [SuppressMessage(
        "Security",
        "CA5359",
        Justification = "Only where the configuration says insecure-skip-tls-verify."
    )]
    static SslClientAuthenticationOptions Tls(
        KubernetesClientConfiguration configuration,
        X509Certificate2? clientCertificate
    )
    {
        var options = new SslClientAuthenticationOptions();
        if (configuration.SkipTlsVerify)
        {
            // Asked for by name in the kubeconfig; Kubernetes logs it. The only place where a callback decides.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        }
        else if (configuration.SslCaCerts is { Count: > 0 } authorities)
        {
            // A policy changes whom the chain may end at and nothing else: the name in the certificate is still
            // compared. A validation callback that looks at the chain loses that comparison.
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
        }
        if (clientCertificate is not null)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                clientCertificate,
                additionalCertificates: null,
                offline: true
            );
        else if (configuration.CertificateProvider is { } provider)
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => provider.Certificate!;
        return options;
    }

    static string Pem(string data) => Encoding.UTF8.GetString(Convert.FromBase64String(data));
}
