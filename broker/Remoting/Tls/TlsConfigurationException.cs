namespace Broker.Remoting.Tls;

/// <summary>A certificate, its key or the trusted roots cannot be used; the message names the files.</summary>
public sealed class TlsConfigurationException(string message, Exception inner) : Exception(message, inner);
