namespace Broker.Protocol.Bodies;

/// <summary>
/// One queue in the body of code 202: offsets in entries, <paramref name="LastUpdateTimestamp"/> in ms, 0 for an empty
/// queue.
/// </summary>
public readonly record struct TopicOffset(MessageQueue Queue, long MinOffset, long MaxOffset, long LastUpdateTimestamp);
