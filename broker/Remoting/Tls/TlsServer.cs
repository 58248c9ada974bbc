using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Broker.Remoting.Tls;

/// <summary>
/// What a server's handshakes need, from files that may be replaced while it runs: a mounted Secret is renewed long
/// before its certificate ends, and nobody restarts a broker for it.
/// </summary>
sealed class TlsServer(TlsServerOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>A renewed file is noticed after so long; a kubelet takes a minute to bring it.</summary>
    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    /// <summary>A test certificate outlives every test.</summary>
    const int TestCertificateYears = 10;

    readonly Lock gate = new();
    SslServerAuthenticationOptions? current;
    byte[] fingerprint = [];
    long checkedAt;

    /// <summary>Which connections are taken.</summary>
    public TlsMode Mode => options.Mode;

    /// <summary>Finds at the start what would otherwise fail at the first client.</summary>
    /// <exception cref="TlsConfigurationException">A file is missing or is not what it should be.</exception>
    public void Check()
    {
        if (options.Mode != TlsMode.Disabled && options.CertificatePath.Length > 0)
            _ = Current();
    }

    /// <summary>Settings for the next handshake; null when there is no certificate.</summary>
    /// <exception cref="TlsConfigurationException">A file cannot be used, and never could.</exception>
    public SslServerAuthenticationOptions? Current()
    {
        lock (gate)
        {
            if (current is not null && time.GetElapsedTime(checkedAt) < CheckInterval)
                return current;
            checkedAt = time.GetTimestamp();
            if (options.CertificatePath.Length == 0)
                return current ??= options.TestMode ? For(SelfSigned()) : null;
            try
            {
                RenewLocked();
            }
            catch (Exception failure)
                when (failure
                        is IOException
                            or UnauthorizedAccessException
                            or CryptographicException
                            or ArgumentException
                )
            {
                if (current is null)
                    throw new TlsConfigurationException(
                        $"The certificate {options.CertificatePath} with the key {options.KeyPath} cannot be used: "
                            + failure.Message,
                        failure
                    );
                RemotingLog.CertificateNotRenewed(logger, failure, options.CertificatePath);
            }
            return current;
        }
    }

    void RenewLocked()
    {
        // By content: a mounted Secret is changed by a link, which has no time of its own.
        var content = SHA256.HashData([
            .. Read(options.CertificatePath),
            .. Read(options.KeyPath),
            .. Read(options.TrustPath),
        ]);
        if (content.AsSpan().SequenceEqual(fingerprint))
            return;
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.CertificatePath);
        using var made =
            options.KeyPassword.Length == 0
                ? X509Certificate2.CreateFromPemFile(options.CertificatePath, options.KeyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(
                    options.CertificatePath,
                    options.KeyPassword,
                    options.KeyPath
                );
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        current = For(certificate, chain);
        fingerprint = content;
        RemotingLog.CertificateLoaded(logger, certificate.Subject, certificate.NotAfter);
    }

    SslServerAuthenticationOptions For(X509Certificate2 certificate, X509Certificate2Collection? chain = null)
    {
        var made = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            ClientCertificateRequired = options.ClientCertificates != ClientCertificates.None,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                shown is null
                    ? options.ClientCertificates != ClientCertificates.Require
                    : errors == SslPolicyErrors.None,
        };
        if (options.TrustPath.Length == 0)
            return made;
        made.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        made.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.TrustPath);
        return made;
    }

    X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=rocketmq", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(TestCertificateYears));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    static byte[] Read(string path) => path.Length == 0 ? [] : File.ReadAllBytes(path);
}
