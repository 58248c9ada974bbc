using Broker.Store.Queues;

namespace Broker.Store.Log;

/// <summary>
/// What is remembered of a message between its place in the log's buffer and the call of its completion.
/// </summary>
struct BatchEntry
{
    /// <summary>Null for messages that no queue shows: half messages and rollbacks.</summary>
    public ConsumeQueue? Queue;

    /// <summary>Null for all but the last part of a batch, and once the sender was answered.</summary>
    public AppendCompletion? Completion;
    public long QueueOffset;
    public long Position;
    public int Size;
    public long TagsCode;
    public long StoreTimestamp;
}
