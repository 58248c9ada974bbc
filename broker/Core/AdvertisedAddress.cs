using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Broker.Core.Configuration;

namespace Broker.Core;

/// <summary>Finds the address under which clients are told to reach this broker.</summary>
static class AdvertisedAddress
{
    /// <summary>
    /// The address that <paramref name="host"/> is or leads to; when empty the first address of this host that is
    /// neither
    /// a loopback nor link-local, IPv4 before IPv6, as old clients know no other.
    /// </summary>
    /// <exception cref="ConfigException">The name leads nowhere.</exception>
    public static IPAddress Resolve(string host)
    {
        if (host.Length == 0)
            return OfThisHost();
        if (IPAddress.TryParse(host, out var literal))
            return literal;
        try
        {
            var addresses = Dns.GetHostAddresses(host);
            return Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (SocketException failure)
        {
            throw new ConfigException(
                $"brokerIP1 {host} is neither an address nor a name that can be resolved: {failure.Message}."
            );
        }
    }

    /// <summary>Where a replica is told to read from.</summary>
    public static string OfReplication(BrokerOptions options, IPEndPoint advertised)
    {
        var host = options.BrokerIp2.Length > 0 ? options.BrokerIp2 : advertised.Address.ToString();
        var port = options.HaListenPort > 0 ? options.HaListenPort : advertised.Port + 1;
        return $"{host}:{port}";
    }

    static IPAddress OfThisHost()
    {
        var addresses = NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal)
            .ToArray();
        return Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork)
            ?? addresses.FirstOrDefault(IPAddress.Loopback);
    }
}
