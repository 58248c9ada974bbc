using Broker.Store.Files;
using Broker.Store.Queues;
using Microsoft.Extensions.Logging;

namespace Broker.Store;

/// <summary>
/// The messages of one broker on disk, in Apache's layout (protocol.md §3). Appends go through <see cref="Append"/> and
/// <see cref="EndOfBatch"/>, reads through <see cref="Read"/>; every method may be called from any thread.
/// </summary>
public sealed class MessageStore : IDisposable
{
    MessageStore(StoreOptions options) => Options = options;

    /// <summary>The settings.</summary>
    public StoreOptions Options { get; }

    /// <summary>The address written into messages: 4 or 16 address bytes and 4 port bytes.</summary>
    public System.Net.IPEndPoint StoreHost { get; set; } = null!;

    /// <summary>Called for every message that becomes readable. Set it before the first append.</summary>
    public ArrivalHandler? Arrived { get; set; }

    /// <summary>Ends when the log could not be written: the exception says why. The host must end the process.</summary>
    public Task Failure => throw Unbuilt();

    /// <summary>The folder of topics, groups and offsets.</summary>
    public ConfigFolder Config => throw Unbuilt();

    /// <summary>The smallest position that can be read.</summary>
    public LogPosition MinPosition => throw Unbuilt();

    /// <summary>One past the last byte that can be read.</summary>
    public LogPosition MaxPosition => throw Unbuilt();

    /// <summary>Opens the folder, recovers what a crash left behind and starts the store's threads.</summary>
    /// <exception cref="StoreException">The folder is in use by another process or cannot be used.</exception>
    public static MessageStore Open(StoreOptions options, IFileSystem files, TimeProvider time, ILogger logger) => throw Unbuilt();

    /// <summary>The topic of a name; no folder is made before its first message.</summary>
    public TopicLog Topic(string name) => throw Unbuilt();

    /// <summary>Topics that have a folder or were used since the store was opened.</summary>
    public IReadOnlyCollection<string> TopicNames() => throw Unbuilt();

    /// <summary>Forgets a topic and deletes its queue folders; its messages leave with their segments. Offsets begin at 0 again.</summary>
    public void DeleteTopic(string name) => throw Unbuilt();

    /// <summary>
    /// Places a message in the log's buffer. Call <see cref="EndOfBatch"/> after the last of those that arrived together.
    /// </summary>
    public AppendStatus Append(in AppendRequest request, AppendCompletion completion) => throw Unbuilt();

    /// <summary>Appends the parts of an encoded batch (protocol.md §3.6): consecutive offsets, one segment, one completion.</summary>
    public AppendStatus AppendBatch(in AppendRequest request, AppendCompletion completion) => throw Unbuilt();

    /// <summary>Appends one message and awaits its outcome. For the broker's own messages: it allocates.</summary>
    public Task<AppendResult> AppendAsync(in AppendRequest request) => throw Unbuilt();

    /// <summary>Has what was gathered written: by this thread, unless another one is at it already.</summary>
    public void EndOfBatch() => throw Unbuilt();

    /// <summary>Reads messages of a queue; returns the result's status. See protocol.md §4.3 for limits and statuses.</summary>
    public ReadStatus Read(
        ConsumeQueue queue, QueueOffset offset, int maxMessages, int maxBytes, TagFilter filter, ReadResult result) =>
        throw Unbuilt();

    /// <summary>Reads the message at a log position; false when none begins there.</summary>
    public bool TryRead(LogPosition position, ReadResult result) => throw Unbuilt();

    /// <summary>Reads entries of a queue from an offset on; returns how many there were.</summary>
    public int ReadEntries(ConsumeQueue queue, QueueOffset offset, Span<QueueEntry> entries) => throw Unbuilt();

    /// <summary>The offset of a queue at a point in time (ms since 1970), as protocol.md §4.4.</summary>
    public QueueOffset SearchByTime(ConsumeQueue queue, long timestamp, TimeBoundary boundary) => throw Unbuilt();

    /// <summary>When the message at an offset was stored, in ms since 1970; -1 when it cannot be read.</summary>
    public long StoreTimeOf(ConsumeQueue queue, QueueOffset offset) => throw Unbuilt();

    /// <summary>When the oldest readable message was stored, in ms since 1970; -1 in an empty store.</summary>
    public long EarliestStoreTime => throw Unbuilt();

    /// <summary>Messages of a topic with a unique or user key, newest first, stored within the times (ms since 1970, inclusive).</summary>
    public void QueryByKey(string topic, string key, int maxMessages, long beginTimestamp, long endTimestamp, ReadResult result) =>
        throw Unbuilt();

    /// <summary>
    /// Sends are acknowledged, and messages readable, only below this position: the lowest that every replica has.
    /// <see cref="long.MaxValue"/>, the start value, leaves it to the own disk.
    /// </summary>
    public LogPosition ConfirmedLimit { get; set; }

    /// <summary>Makes everything that was appended durable, with queues, index and checkpoint.</summary>
    public void Flush() => throw Unbuilt();

    /// <summary>Refuses appends, flushes everything and removes the mark of an unclean end.</summary>
    public void Dispose() => throw Unbuilt();

    static InvalidOperationException Unbuilt() => new("This part of the store is being built.");
}
