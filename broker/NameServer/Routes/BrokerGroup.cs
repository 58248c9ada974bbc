namespace Broker.NameServer.Routes;

/// <summary>
/// The brokers of one name: id 0 is the master, others are slaves. An immutable picture; changes make a new one.
/// </summary>
public sealed record BrokerGroup(
    string Cluster,
    string Name,
    SortedList<long, string> Addresses,
    bool EnableActingMaster
)
{
    /// <summary>The id under which a master registers.</summary>
    public const long MasterId = 0;

    /// <summary>Where the master listens, null when there is none.</summary>
    public string? MasterAddress => Addresses.GetValueOrDefault(MasterId);
}
