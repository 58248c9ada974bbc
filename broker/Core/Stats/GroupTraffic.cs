namespace Broker.Core.Stats;

/// <summary>What one group has read of one topic since the broker was opened, and what it has sent back.</summary>
sealed class GroupTraffic(string topic, string group) : Traffic
{
    Traffic? _sentBack;

    public string Topic { get; } = topic;

    public string Group { get; } = group;

    /// <summary>Messages that the group could not consume; null when there was none.</summary>
    public Traffic? SentBack => Volatile.Read(ref _sentBack);

    /// <summary>Counts a message that came back.</summary>
    public void AddSentBack() =>
        (SentBack ?? Interlocked.CompareExchange(ref _sentBack, new Traffic(), null) ?? _sentBack).Add(1, 0);
}
