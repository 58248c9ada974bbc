using System.Diagnostics.Metrics;
using Broker.Store.Files;
using Microsoft.Extensions.Logging;

namespace Broker.Core;

/// <summary>What a broker takes from the world: the real things in a process, doubles in tests.</summary>
public sealed record BrokerEnvironment
{
    /// <summary>Where the store lies.</summary>
    public required IFileSystem Files { get; init; }

    /// <summary>Every clock and timer.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where logs go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Where figures go.</summary>
    public required IMeterFactory Meters { get; init; }

    /// <summary>Chooses queues for senders that leave it to the broker, and numbers for message ids.</summary>
    public required Random Random { get; init; }

    /// <summary>The handles that the broker may have; by default all of the process.</summary>
    public long Handles { get; init; } = HandleBudget.Limit;

    /// <summary>
    /// The name servers, host:port;host:port, asked before each registration; null for the configured ones. A pod reads
    /// them from its mounted configuration, so they may change without a restart.
    /// </summary>
    public Func<string>? NameServers { get; init; }
}
