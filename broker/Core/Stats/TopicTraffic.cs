namespace Broker.Core.Stats;

/// <summary>
/// What was stored in one topic since the broker was opened. Counted per message, so without locks and labels.
/// </summary>
sealed class TopicTraffic
{
    long _messages;
    long _bytes;

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
