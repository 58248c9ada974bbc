namespace Operator.Plan.Remote;

/// <summary>What the masters of an instance say of a consumer group's clients.</summary>
/// <param name="Members">Clients that are online, each counted once.</param>
/// <param name="Behind">Messages between the group and the ends of its queues; null when its members broadcast, since
/// they keep their positions themselves.</param>
/// <param name="Difference">Who subscribes to something else than most members, in a broker's words; empty when nobody
/// does, null when a broker does not compare.</param>
public readonly record struct GroupClients(int Members, long? Behind, string? Difference = null);
