namespace Operator.Plan.Remote;

/// <summary>One administrative request to the master of a broker group.</summary>
/// <param name="BrokerGroup">The group's name, which is the brokerName.</param>
/// <param name="Name">The topic's or consumer group's real name.</param>
/// <param name="Settings">What to create or update; null to delete.</param>
public readonly record struct RemoteChange<TSettings>(string BrokerGroup, string Name, TSettings? Settings)
    where TSettings : struct;
