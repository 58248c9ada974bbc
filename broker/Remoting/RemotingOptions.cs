using Broker.Remoting.Proxy;
using Broker.Remoting.Tls;

namespace Broker.Remoting;

/// <summary>
/// The bounds of a connection, for servers and clients alike. Every one that is reached is counted in a metric.
/// </summary>
public sealed class RemotingOptions
{
    /// <summary>The default of <see cref="InFlightRequestsPerConnection"/>.</summary>
    public const int InFlightRequestsDefault = 65_536;

    /// <summary>
    /// The longest frame that is read, bytes. The reference's default; a longer one closes its connection.
    /// </summary>
    public int FrameBytesMax { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// A connection that neither sent nor received for so long is closed. Clients send a heartbeat every 30 s.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>A connection whose peer takes none of what is being sent for so long is closed.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at a time. The one above is closed at once, so that its client tries elsewhere.</summary>
    public int ConnectionsMax { get; set; } = 10_000;

    /// <summary>Above this many unsent bytes nothing more is read from the connection until they are sent.</summary>
    public int OutputPauseBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// With this many unsent bytes the connection is closed. Far above <see cref="OutputPauseBytes"/>, since answers
    /// to what was
    /// read before (64 held pulls of 256 KiB are 16 MiB) still come.
    /// </summary>
    public int OutputBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of received requests that are not answered yet, per connection. Above it requests are answered 2, busy.
    /// </summary>
    public long InFlightBytesPerConnection { get; set; } = 64 * 1024 * 1024;

    /// <summary>As <see cref="InFlightBytesPerConnection"/>, over all connections of a server.</summary>
    public long InFlightBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Requests not answered yet, per connection: long polls of many queues, above all. Above it: 2, busy.
    /// </summary>
    public int InFlightRequestsPerConnection { get; set; } = InFlightRequestsDefault;

    /// <summary>
    /// Bytes that all receive buffers of a server may hold together. Only frames larger than a first buffer count.
    /// </summary>
    public long InputBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>Whether and how connections are encrypted; of servers.</summary>
    public TlsServerOptions Tls { get; set; } = new();

    /// <summary>Peers whose PROXY preambles are believed; one from anybody else closes its connection.</summary>
    public TrustedProxies TrustedProxies { get; set; } = TrustedProxies.None;

    /// <summary>How long a proxy's preamble or a TLS handshake may take once it has begun.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
