namespace Broker.Store;

/// <summary>The number of a message in its queue. Not a log position, which counts bytes.</summary>
/// <param name="Value">Messages from the queue's beginning, at least 0.</param>
public readonly record struct QueueOffset(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
