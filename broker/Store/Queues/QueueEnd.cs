using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Finds the end of a queue in its files. After a crash the last entries may point to messages that the log lost: they
/// are compared with the log and given up. What the log has and the queue has not was replayed by the recovery.
/// </summary>
static class QueueEnd
{
    /// <summary>What fits into one page of 4,096 bytes.</summary>
    const int EntriesInFirstRead = 204;

    /// <summary>One past the last entry that leads to its message.</summary>
    public static long Find(QueueFiles files, QueueContext context, TopicLog topic, int queueId)
    {
        var end = LastWritten(files);
        while (end > Math.Max(0, files.FirstEntry))
        {
            var entry = files.ReadOne(end - 1);
            if (QueueEntryLayout.IsWritten(entry) && IsLedTo(context.Log, entry, topic, queueId, end - 1))
                break;
            end--;
        }

        return end;
    }

    static bool IsLedTo(LogReader log, in QueueEntry entry, TopicLog topic, int queueId, long offset)
    {
        // Behind an expired segment, or in front of the first message: nothing to compare with, and never lost by a
        // crash.
        if (QueueEntryLayout.IsBlank(entry) || entry.Position.Value < log.MinPosition)
            return true;
        return log.TryView(
            entry.Position.Value,
            (topic, queueId, offset, entry.Size),
            static (message, expected) =>
                message.TotalSize == expected.Size
                && message.QueueId == expected.queueId
                && message.QueueOffset == expected.offset
                && message.Topic.SequenceEqual(expected.topic.NameBytes.Span)
        );
    }

    /// <summary>
    /// Behind an entry that is written and in front of one that is not. The written ones have no gaps but those that a
    /// crash left near the end, which the comparison with the log walks over.
    /// </summary>
    static long LastWritten(QueueFiles files)
    {
        var low = files.FirstEntry;
        if (low < 0)
            return 0;
        // Most queues of a broker with many are short: one read says it, where the search takes one per halving.
        Span<byte> beginning = stackalloc byte[EntriesInFirstRead * QueueEntryLayout.Bytes];
        var read = files.Read(low, beginning);
        var high = read < EntriesInFirstRead ? files.Capacity : low + read;
        if (read == EntriesInFirstRead && QueueEntryLayout.IsWritten(EntryAt(beginning, read - 1)))
            (low, high) = (high, files.Capacity);
        var first = files.FirstEntry;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var entry = middle - first < read ? EntryAt(beginning, (int)(middle - first)) : files.ReadOne(middle);
            if (QueueEntryLayout.IsWritten(entry))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    static QueueEntry EntryAt(ReadOnlySpan<byte> entries, int at) =>
        QueueEntryLayout.Read(entries[(at * QueueEntryLayout.Bytes)..]);
}
