namespace Broker.NameServer.Routes;

/// <summary>
/// Where a topic is: the queues per broker group, the groups' addresses, and filter servers per address. Groups are in
/// name order.
/// </summary>
public sealed record TopicRoute(
    IReadOnlyList<KeyValuePair<string, TopicQueues>> Queues,
    IReadOnlyList<BrokerGroup> Groups,
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> FilterServers
);
