using Broker.Store.Queues;

namespace Broker.Store;

/// <summary>A message that has just become readable.</summary>
/// <param name="Queue">Its queue; <see cref="ConsumeQueue.Attachment"/> is the listener's to use.</param>
/// <param name="Offset">Its offset; the queue's end is one more.</param>
/// <param name="Position">Its log position.</param>
/// <param name="Size">Its stored size in bytes.</param>
/// <param name="TagsCode">The hash of its tag, or the time of delivery in the schedule topic.</param>
/// <param name="StoreTimestamp">When it was stored, in ms since 1970.</param>
public readonly record struct Arrival(
    ConsumeQueue Queue,
    QueueOffset Offset,
    LogPosition Position,
    int Size,
    long TagsCode,
    long StoreTimestamp
);
