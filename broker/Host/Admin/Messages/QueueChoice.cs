namespace Broker.Host.Admin.Messages;

/// <summary>Which queues are read, and how: by broker name, id and tags; null is all.</summary>
sealed record QueueChoice(string? Broker = null, long? QueueId = null, string? Expression = null, string? Group = null);
