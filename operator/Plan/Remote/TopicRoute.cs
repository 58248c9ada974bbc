namespace Operator.Plan.Remote;

/// <summary>What a name server tells clients of a topic.</summary>
/// <param name="NameServer">Its address.</param>
/// <param name="Queues">Queues to send to, over all broker groups; null when it does not know the topic.</param>
public readonly record struct TopicRoute(string NameServer, int? Queues);
