using Broker.Core.Topics;

namespace Broker.Core;

/// <summary>Where the message paths meet groups, offsets and statistics.</summary>
public sealed partial class BrokerNode
{
    internal void CommitOffset(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId, long offset)
    {
    }

    internal void MessagesStored(Topic topic, int queueId, int messages, int bytes)
    {
    }

    internal void MessagesDelivered(Topic topic, byte[] group, int queueId, int messages, int bytes)
    {
    }

    void StartBackground()
    {
    }

    Task StopBackgroundAsync() => Task.CompletedTask;

    void Persist()
    {
    }
}
