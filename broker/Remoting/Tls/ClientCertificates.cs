namespace Broker.Remoting.Tls;

/// <summary>Whether a client of an encrypted connection shows a certificate of its own.</summary>
public enum ClientCertificates
{
    /// <summary>It is not asked.</summary>
    None,

    /// <summary>It is asked; one that is shown must be trusted.</summary>
    Optional,

    /// <summary>Without a trusted one there is no connection.</summary>
    Require,
}
