using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Broker.Tests.Remoting.Tls;

/// <summary>A certificate that signs itself, in memory and as PEM files.</summary>
sealed class TestCertificate : IDisposable
{
    public TestCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        CertificatePem = made.ExportCertificatePem();
        KeyPem = key.ExportPkcs8PrivateKeyPem();
        Certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    public X509Certificate2 Certificate { get; }

    string CertificatePem { get; }

    string KeyPem { get; }

    /// <summary>Writes tls.crt and tls.key, as a Secret is mounted.</summary>
    public void Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "tls.crt"), CertificatePem);
        File.WriteAllText(Path.Combine(folder, "tls.key"), KeyPem);
    }

    public void Dispose() => Certificate.Dispose();
}
