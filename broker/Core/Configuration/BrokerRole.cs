namespace Broker.Core.Configuration;

/// <summary>Apache's roles that a broker of one replica can have.</summary>
public enum BrokerRole
{
    /// <summary>Acknowledges what it has itself.</summary>
    AsyncMaster,

    /// <summary>Acknowledges what its slaves have; without slaves the same as <see cref="AsyncMaster"/>.</summary>
    SyncMaster,
}
