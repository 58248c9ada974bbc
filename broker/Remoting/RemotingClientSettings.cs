using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Broker.Remoting;

/// <summary>What a <see cref="RemotingClient"/> needs beyond an address.</summary>
public sealed class RemotingClientSettings
{
    /// <summary>How long an answer may take unless the call says otherwise: the reference's default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long connecting may take: the reference's default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Limits of the connection.</summary>
    public RemotingOptions Options { get; init; } = new();

    /// <summary>The clock of timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Serves requests that the server sends; null answers them all with code 3.</summary>
    public IRequestHandler? PushHandler { get; init; }

    /// <summary>Set: the connection is encrypted.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Where to count; null for nowhere.</summary>
    public RemotingMetrics? Metrics { get; init; }

    /// <summary>Where to log; null for nowhere.</summary>
    public ILogger? Logger { get; init; }
}
