namespace Broker.Core.Stats;

/// <summary>What was stored in one topic since the broker was opened.</summary>
sealed class TopicTraffic : Traffic;
