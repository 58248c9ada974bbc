using System.Net;

namespace Broker.Host.Http;

/// <summary>What the HTTP side says about the process. Null means well; a text says what is missing.</summary>
/// <param name="Live">A restart would not help, or the process is well.</param>
/// <param name="Ready">Clients may come: the store is recovered and the ports are open.</param>
/// <param name="NameServers">
/// host:port;host:port for a client that looks them up and has reached this host at the given address; null where that
/// is not served.
/// </param>
sealed record HealthSource(Func<string?> Live, Func<string?> Ready, Func<IPAddress, string?> NameServers);
