using Broker.Protocol.Bodies;

namespace Broker.NameServer.Routes;

/// <summary>What a broker says of itself in REGISTER_BROKER (103).</summary>
public sealed record BrokerRegistration
{
    /// <summary>The cluster that the broker belongs to.</summary>
    public required string Cluster { get; init; }

    /// <summary>The name of its group.</summary>
    public required string BrokerName { get; init; }

    /// <summary>Host and port for clients.</summary>
    public required string Address { get; init; }

    /// <summary>0 for the master.</summary>
    public long BrokerId { get; init; }

    /// <summary>Host and port for replication.</summary>
    public string HaAddress { get; init; } = "";

    /// <summary>Whether a slave of the group may pose as master; null from brokers that do not know of it.</summary>
    public bool? EnableActingMaster { get; init; }

    /// <summary>The longest silence before the broker counts as gone; null for the default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The state of its topics.</summary>
    public DataVersion Version { get; init; }

    /// <summary>Its topics, or only the ones that changed.</summary>
    public IReadOnlyDictionary<string, TopicQueues> Topics { get; init; } = new Dictionary<string, TopicQueues>();

    /// <summary>Addresses of class filter servers, which only old brokers have.</summary>
    public IReadOnlyList<string> FilterServers { get; init; } = [];
}
