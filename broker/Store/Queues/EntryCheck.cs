using Broker.Protocol.Messages;
using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Compares entries of queues with the log. Nothing protects an entry against flipped bits, so it is believed only if
/// the message there has the same size and place, and names the same topic, queue and offset.
/// </summary>
static class EntryCheck
{
    /// <summary>
    /// Takes a reference on the mapping of an entry's message if the entry leads to it and it is intact.
    /// </summary>
    public static EntryState Acquire(
        LogReader log,
        ConsumeQueue queue,
        long offset,
        in QueueEntry entry,
        out SegmentMapping mapping,
        out int at
    )
    {
        mapping = null!;
        at = 0;
        if (entry.Size == int.MaxValue)
            return EntryState.Gone;
        if (!log.TryAcquire(entry.Position.Value, entry.Size, out mapping, out at))
            return StateWithoutMessage(queue, offset);
        var state = StateOf(log, queue, offset, entry, mapping.Span.Slice(at, entry.Size));
        if (state != EntryState.Sound)
            mapping.Release();
        return state;
    }

    /// <summary>An entry leads nowhere, which is in order where retention was faster than the reader.</summary>
    public static EntryState StateWithoutMessage(ConsumeQueue queue, long offset) =>
        offset < queue.MinOffset.Value ? EntryState.Gone : EntryState.Misleading;

    /// <summary>Whether an entry leads to the head of its message.</summary>
    public static bool IsLed(LogReader log, TopicLog topic, int queueId, long offset, in QueueEntry entry) =>
        log.TryView(
            entry.Position.Value,
            (topic, queueId, offset, entry.Size),
            static (message, expected) =>
                message.TotalSize == expected.Size && IsAt(message, expected.topic, expected.queueId, expected.offset)
        );

    /// <summary>When an entry's message was stored, in ms since 1970; -1 when the entry does not lead to it.</summary>
    public static long StoreTimeOf(LogReader log, ConsumeQueue queue, long offset)
    {
        var entry = queue.ReadOne(offset);
        return IsLed(log, queue.Topic, queue.QueueId, offset, entry) ? log.StoreTimeAt(entry.Position.Value) : -1;
    }

    /// <summary>Whether a message is one of a queue's.</summary>
    public static bool IsOf(in MessageView message, TopicLog topic, int queueId) =>
        message.QueueId == queueId && message.Topic.SequenceEqual(topic.NameBytes.Span);

    static bool IsAt(in MessageView message, TopicLog topic, int queueId, long offset) =>
        topic.IsMultiDispatched || (message.QueueOffset == offset && IsOf(message, topic, queueId));

    static EntryState StateOf(
        LogReader log,
        ConsumeQueue queue,
        long offset,
        in QueueEntry entry,
        ReadOnlySpan<byte> stored
    )
    {
        if (
            MessageView.Read(stored, out var message) != MessageProblem.None
            || message.TotalSize != entry.Size
            || message.PhysicalOffset != entry.Position.Value
            || !IsAt(message, queue.Topic, queue.QueueId, offset)
        )
            return EntryState.Misleading;
        return log.IsIntact(message, entry.Position.Value) ? EntryState.Sound : EntryState.Damaged;
    }
}
