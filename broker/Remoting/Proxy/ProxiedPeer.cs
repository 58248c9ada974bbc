using System.Net;

namespace Broker.Remoting.Proxy;

/// <summary>Who a proxy says it speaks for; null where it speaks for itself, as its health checks do.</summary>
readonly record struct ProxiedPeer(IPEndPoint? Source, IPEndPoint? Destination);
