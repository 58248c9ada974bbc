namespace Broker.Core.Stats;

/// <summary>What one group has read of one topic since the broker was opened.</summary>
sealed class GroupTraffic(string topic, string group)
{
    long _messages;
    long _bytes;

    public string Topic { get; } = topic;

    public string Group { get; } = group;

    public long Messages => Interlocked.Read(ref _messages);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Messages per second over the last minute.</summary>
    public RateWindow Rate { get; } = new(BrokerStats.TopicSamples);

    public void Add(int messages, long bytes)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _bytes, bytes);
    }
}
