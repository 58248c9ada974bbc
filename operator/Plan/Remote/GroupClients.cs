namespace Operator.Plan.Remote;

/// <summary>What the masters of an instance say of a consumer group's clients.</summary>
/// <param name="Members">Clients that are online, each counted once.</param>
/// <param name="Behind">Messages between the group and the ends of its queues; null when its members broadcast, since
/// they keep their positions themselves.</param>
public readonly record struct GroupClients(int Members, long? Behind);
