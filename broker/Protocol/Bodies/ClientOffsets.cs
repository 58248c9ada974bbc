namespace Broker.Protocol.Bodies;

/// <summary>How far one client of a group is by its own account (codes 221 and 223).</summary>
public readonly record struct ClientOffsets(string ClientId, IReadOnlyList<KeyValuePair<MessageQueue, long>> Queues);
