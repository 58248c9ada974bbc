namespace Broker.Store;

/// <summary>An entry of a consume queue: where a message is (protocol.md §3.5).</summary>
/// <param name="Position">Its log position.</param>
/// <param name="Size">Its stored size in bytes.</param>
/// <param name="TagsCode">The hash of its tag, or the time of delivery in the schedule topic.</param>
public readonly record struct QueueEntry(LogPosition Position, int Size, long TagsCode);
