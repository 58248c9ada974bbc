namespace Broker.Remoting.Tls;

/// <summary>
/// How a port encrypts. Files are PEM and are read again when they change; the rest is fixed at the start.
/// </summary>
public sealed class TlsServerOptions
{
    /// <summary>Which connections are taken.</summary>
    public TlsMode Mode { get; set; } = TlsMode.Permissive;

    /// <summary>The certificate, followed by those that lead to its root; empty for none.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>The certificate's key.</summary>
    public string KeyPath { get; set; } = "";

    /// <summary>Decrypts the key; empty for a key in the clear.</summary>
    public string KeyPassword { get; set; } = "";

    /// <summary>
    /// Without a certificate a self-signed one is made at the first handshake, as the reference does: encrypted, but
    /// proof of nothing.
    /// </summary>
    public bool TestMode { get; set; } = true;

    /// <summary>What is asked of clients.</summary>
    public ClientCertificates ClientCertificates { get; set; }

    /// <summary>The roots that clients' certificates must lead to; empty for those of the system.</summary>
    public string TrustPath { get; set; } = "";
}
