namespace Broker.Remoting.Tls;

/// <summary>Whether a port takes encrypted connections (protocol.md §4.15).</summary>
public enum TlsMode
{
    /// <summary>Only plain ones.</summary>
    Disabled,

    /// <summary>Both; the first byte tells them apart.</summary>
    Permissive,

    /// <summary>Only encrypted ones.</summary>
    Enforcing,
}
