using Broker.Protocol.Messages;

namespace Broker.Protocol.Bodies;

/// <summary>
/// One queue in the body of code 202: offsets in entries, <paramref name="LastUpdateTimestamp"/> in ms, 0 for an empty
/// queue.
/// </summary>
public readonly record struct TopicOffset(MessageQueue Queue, long MinOffset, long MaxOffset, long LastUpdateTimestamp)
{
    /// <summary>Whether no message is kept.</summary>
    public bool IsEmpty => MinOffset >= MaxOffset;

    /// <summary>From when to when its messages were stored.</summary>
    /// <param name="earliest">What code 32 says of the queue; -1 when its first message cannot be read.</param>
    public StoreTimes Times(long earliest) =>
        IsEmpty || earliest < 0 ? StoreTimes.None : new StoreTimes(earliest, Math.Max(earliest, LastUpdateTimestamp));
}
