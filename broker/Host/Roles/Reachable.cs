using System.Net;

namespace Broker.Host.Roles;

/// <summary>Where a listener is reached: one that is bound to any address cannot be connected to by that.</summary>
static class Reachable
{
    /// <summary>From this host.</summary>
    public static IPEndPoint At(IPEndPoint bound) =>
        At(bound, bound.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : IPAddress.Loopback);

    /// <summary>By a peer that has reached this host at an address.</summary>
    public static IPEndPoint At(IPEndPoint bound, IPAddress reached) =>
        bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(reached, bound.Port)
            : bound;
}
