namespace Broker.Core.Stats;

/// <summary>What was stored in one topic since the broker was opened.</summary>
sealed class TopicTraffic : Traffic
{
    /// <summary>From a send's arrival until it was stored, by queue.</summary>
    public QueueTimes PutTimes { get; } = new();
}
