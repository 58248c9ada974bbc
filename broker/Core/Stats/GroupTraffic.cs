namespace Broker.Core.Stats;

/// <summary>What one group has read of one topic since the broker was opened, and what it has sent back.</summary>
sealed class GroupTraffic(string topic, string group) : Traffic
{
    Traffic? _sentBack;
    Traffic? _acked;
    Traffic? _checkpoints;

    public string Topic { get; } = topic;

    public string Group { get; } = group;

    /// <summary>Messages that the group could not consume; null when there was none.</summary>
    public Traffic? SentBack => Volatile.Read(ref _sentBack);

    /// <summary>Messages that were popped and acknowledged; null when there was none.</summary>
    public Traffic? Acked => Volatile.Read(ref _acked);

    /// <summary>Batches that were popped, and messages whose invisible time was changed; null when none was.</summary>
    public Traffic? Checkpoints => Volatile.Read(ref _checkpoints);

    /// <summary>How long pulls took that found messages, by queue.</summary>
    public QueueTimes GetTimes { get; } = new();

    /// <summary>Everything that is counted here.</summary>
    public IEnumerable<Traffic> All =>
        ((Traffic?[])[this, SentBack, Acked, Checkpoints, .. GetTimes.All]).OfType<Traffic>();

    /// <summary>Counts a message that came back.</summary>
    public void AddSentBack() => Count(ref _sentBack, 1);

    /// <summary>Counts acknowledged messages.</summary>
    public void AddAcked(int messages) => Count(ref _acked, messages);

    /// <summary>Counts a batch that was popped.</summary>
    public void AddCheckpoint() => Count(ref _checkpoints, 1);

    static void Count(ref Traffic? counter, int messages) =>
        (Volatile.Read(ref counter) ?? Interlocked.CompareExchange(ref counter, new Traffic(), null) ?? counter).Add(
            messages,
            0
        );
}
