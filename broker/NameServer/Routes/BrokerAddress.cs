namespace Broker.NameServer.Routes;

/// <summary>
/// What tells one broker process from another: two clusters may use the same address, one after the other.
/// </summary>
public readonly record struct BrokerAddress(string Cluster, string Address);
