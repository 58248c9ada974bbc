using System.Net;
using Broker.Core.Configuration;
using Broker.NameServer;
using Broker.Remoting.Proxy;
using Broker.Remoting.Tls;
using Broker.Store.Files;

namespace Broker.Host.Roles;

/// <summary>What one process runs: a name server, a broker, or both.</summary>
public sealed record NodeSettings
{
    /// <summary>Null: no name server.</summary>
    public NameServerOptions? NameServer { get; init; }

    /// <summary>Where the name server listens.</summary>
    public IPEndPoint NameServerAddress { get; init; } = new(IPAddress.Any, 9876);

    /// <summary>How the name server's connections are encrypted.</summary>
    public TlsServerOptions NameServerTls { get; init; } = new();

    /// <summary>Whose PROXY preambles the name server believes.</summary>
    public TrustedProxies NameServerProxies { get; init; } = TrustedProxies.None;

    /// <summary>Null: no broker. With a name server in the same process the broker registers there, too.</summary>
    public BrokerOptions? Broker { get; init; }

    /// <summary>Where /livez, /readyz and /metrics are; null for nowhere.</summary>
    public IPEndPoint? HttpAddress { get; init; } = new(IPAddress.Any, 5557);

    /// <summary>What /rocketmq/nsaddr answers on a name server; null for this name server's own address.</summary>
    public Func<string?>? NameServerList { get; init; }

    /// <summary>
    /// The name servers that the broker registers at, asked again and again; null for the configured ones.
    /// </summary>
    public Func<string>? RegisterAt { get; init; }

    /// <summary>Where the store lies.</summary>
    public IFileSystem Files { get; init; } = new DiskFileSystem();

    /// <summary>Every clock and timer.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
