using Broker.Protocol.Bodies;

namespace Broker.NameServer.Routes;

/// <summary>A broker that has been heard of lately. Guarded by the table's lock.</summary>
sealed class LiveBroker
{
    public required BrokerAddress Key { get; init; }

    public required string BrokerName { get; init; }

    public required long BrokerId { get; init; }

    public required object? Connection { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required string HaAddress { get; init; }

    public required DataVersion Version { get; init; }

    /// <summary>Timestamp of the clock, not a time of day.</summary>
    public long LastHeard { get; set; }
}
