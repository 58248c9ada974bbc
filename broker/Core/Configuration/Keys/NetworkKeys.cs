using System.Net;
using Broker.Remoting.Proxy;
using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>Where it is reached and where it registers.</summary>
static class NetworkKeys
{
    public static readonly ConfigKey[] All =
    [
        Text(
            Network,
            "namesrvAddr",
            Live,
            o => o.NamesrvAddr,
            (o, v) => o.NamesrvAddr = v,
            "Name servers, host:port;host:port. Names are resolved again at each registration."
        ),
        Int(
            Network,
            "listenPort",
            AtStart,
            0,
            65_535,
            o => o.ListenPort,
            (o, v) => o.ListenPort = v,
            "Port for clients; the same protocol is also served at this port - 2. 0 lets the system choose."
        ),
        Checked(
            Network,
            "bindAddress",
            AtStart,
            o => o.BindAddress,
            (o, v) => o.BindAddress = v,
            text => IPAddress.TryParse(text, out _) ? null : BrokerConfig.AnAddress,
            "Local address to listen on; 0.0.0.0 is every address of this host, IPv4 and IPv6."
        ),
        Checked(
            Network,
            "proxyProtocolTrustedAddresses",
            AtStart,
            o => o.ProxyProtocolTrustedAddresses,
            (o, v) => o.ProxyProtocolTrustedAddresses = v,
            text => TrustedProxies.TryParse(text, out _) ? null : "addresses or networks such as 10.0.0.7,10.1.0.0/16",
            "Load balancers whose PROXY preambles name the client; one from another address closes its connection."
        ),
        Int(
            Network,
            "haListenPort",
            AtStart,
            0,
            65_535,
            o => o.HaListenPort,
            (o, v) => o.HaListenPort = v,
            "Port for slaves, as told to the name servers. 0: listenPort + 1."
        ),
        Int(
            Network,
            "metricsPromExporterPort",
            AtStart,
            -1,
            65_535,
            o => o.MetricsPromExporterPort,
            (o, v) => o.MetricsPromExporterPort = v,
            "HTTP port of /livez, /readyz and /metrics. 0 lets the system choose, -1 is none."
        ),
        Int(
            Network,
            "serverChannelMaxIdleTimeSeconds",
            AtStart,
            1,
            86_400,
            o => o.ServerChannelMaxIdleTimeSeconds,
            (o, v) => o.ServerChannelMaxIdleTimeSeconds = v,
            "Seconds without a frame after which a connection is closed."
        ),
        Int(
            Network,
            "maxConnections",
            AtStart,
            1,
            1_000_000,
            o => o.MaxConnections,
            (o, v) => o.MaxConnections = v,
            "Connections at the same time; further ones are closed at once."
        ),
        Int(
            Network,
            "registerNameServerPeriod",
            Live,
            10_000,
            60_000,
            o => o.RegisterNameServerPeriodMs,
            (o, v) => o.RegisterNameServerPeriodMs = v,
            "Milliseconds between registrations at the name servers."
        ),
        Int(
            Network,
            "registerBrokerTimeoutMills",
            Live,
            100,
            600_000,
            o => o.RegisterBrokerTimeoutMs,
            (o, v) => o.RegisterBrokerTimeoutMs = v,
            "Milliseconds to wait for a name server."
        ),
        Bool(
            Network,
            "compressedRegister",
            Live,
            o => o.CompressedRegister,
            (o, v) => o.CompressedRegister = v,
            "Deflate the registration body."
        ),
        Int(
            Network,
            "channelExpiredTimeout",
            AtStart,
            1000,
            86_400_000,
            o => o.ChannelExpiredTimeoutMs,
            (o, v) => o.ChannelExpiredTimeoutMs = v,
            "Milliseconds without a heartbeat after which a client leaves its groups."
        ),
    ];
}
