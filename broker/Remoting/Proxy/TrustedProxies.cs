using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Broker.Remoting.Proxy;

/// <summary>
/// The addresses whose PROXY preambles are believed. A preamble names any address it likes, and that address ends up in
/// messages, logs and limits, so it counts only when it comes from a load balancer that the administrator named.
/// </summary>
public sealed class TrustedProxies
{
    /// <summary>Nobody is believed.</summary>
    public static readonly TrustedProxies None = new([]);

    readonly IPNetwork[] networks;

    TrustedProxies(IPNetwork[] networks) => this.networks = networks;

    /// <summary>
    /// Reads addresses and networks in CIDR notation, separated by commas or spaces: <c>10.0.0.7, fd00::/8</c>. Empty
    /// text is <see cref="None"/>.
    /// </summary>
    /// <returns>False when a word is neither.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out TrustedProxies? proxies)
    {
        var words = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var read = new IPNetwork[words.Length];
        proxies = null;
        for (int i = 0; i < words.Length; i++)
        {
            if (IPAddress.TryParse(words[i], out var address))
                read[i] = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
            else if (!IPNetwork.TryParse(words[i], out read[i]))
                return false;
        }
        proxies = words.Length == 0 ? None : new TrustedProxies(read);
        return true;
    }

    /// <param name="address">May be an IPv4 address in its IPv6 form, as dual-stack sockets give them.</param>
    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        foreach (var network in networks)
            if (network.Contains(address))
                return true;
        return false;
    }
}
