namespace Broker.Core.Stats;

/// <summary>
/// How far a group is behind in a topic: messages, and the age in ms of the oldest it has not consumed.
/// </summary>
public readonly record struct GroupLag(string Topic, string Group, long Messages, long LatencyMs);
