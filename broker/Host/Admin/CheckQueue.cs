namespace Broker.Host.Admin;

/// <summary>One queue on one master, with the offset at which this run began to read it.</summary>
sealed record CheckQueue(string Address, string BrokerName, int QueueId, long StartOffset);
