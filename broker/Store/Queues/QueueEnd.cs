using Broker.Protocol.Messages;
using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Finds the end of a queue in its files. After a crash the last entries may point behind the end that the log was left
/// with: they are given up. What the log has and the queue has not was replayed by the recovery. An entry that leads
/// elsewhere in the log is damage and keeps its offset: given to the next message, that offset would be skipped by
/// groups that are past it.
/// </summary>
static class QueueEnd
{
    /// <summary>What fits into one page of 4,096 bytes.</summary>
    const int PageEntries = 204;

    /// <summary>
    /// From the end that was found, looks are 1, 8, 64 ... pages away: four for the usual file of 300,000 entries.
    /// </summary>
    const int LookFactor = 8;

    /// <summary>
    /// Log bytes that are searched for the entries of a file that lost its end: 10,000 queues may have such files.
    /// </summary>
    const long SearchedBytesMax = 256L << 20;

    /// <summary>One past the last entry.</summary>
    public static long Find(QueueFiles files, QueueContext context, TopicLog topic, int queueId)
    {
        var found = LastWritten(files, context.EntriesPerFile);
        var (first, end) = (Math.Max(0, files.FirstEntry), found);
        var written = LastWrittenAfter(files, end);
        end = Math.Max(end, written);
        while (end > first && IsLost(files.ReadOne(end - 1), context))
            end--;
        if (context.WasClean && files.IsCutShort)
            end = Extend(files, context, topic, queueId, end);
        if (written > found || end > Math.Max(found, written))
            context.EndRepaired(topic.Name, queueId, found, end);
        return end;
    }

    /// <summary>Whether an entry is that of a message which a crash took from the end of the log.</summary>
    static bool IsLost(in QueueEntry entry, QueueContext context) =>
        !QueueEntryLayout.IsWritten(entry)
        || (!context.WasClean && !QueueEntryLayout.IsBlank(entry) && entry.Position.Value >= context.RecoveredEnd);

    /// <summary>
    /// Behind an entry that is written and in front of one that is not, in the last file that begins with a written
    /// one. Files in front of it may be empty: older programs left such files behind where a reader met retention.
    /// </summary>
    static long LastWritten(QueueFiles files, int entriesPerFile)
    {
        var all = files.FirstEntries.ToArray();
        for (var i = all.Length - 1; i >= 0; i--)
        {
            if (LastWrittenIn(files, all[i], all[i] + entriesPerFile) is var end && end > all[i])
                return end;
        }

        return all.Length > 0 ? all[0] : 0;
    }

    static long LastWrittenIn(QueueFiles files, long first, long high)
    {
        // Most queues of a broker with many are short: one read says it, where the search takes one per halving.
        Span<byte> beginning = stackalloc byte[PageEntries * QueueEntryLayout.Bytes];
        var read = files.Read(first, beginning);
        var low = first;
        if (read == PageEntries && QueueEntryLayout.IsWritten(EntryAt(beginning, read - 1)))
            low += read;
        else
            high = first + read;
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

    /// <summary>
    /// One past the last written entry behind a seeming end, which may be a hole of damage; the end itself when nothing
    /// is written there.
    /// </summary>
    static long LastWrittenAfter(QueueFiles files, long end)
    {
        Span<byte> page = stackalloc byte[PageEntries * QueueEntryLayout.Bytes];
        var isHole = Written(page, files.Read(end, page)) > 0;
        for (long distance = PageEntries; !isHole && end + distance < files.Capacity; distance *= LookFactor)
            isHole = QueueEntryLayout.IsWritten(files.ReadOne(end + distance));
        if (!isHole)
            return end;
        for (var from = files.Capacity - PageEntries; from > end - PageEntries; from -= PageEntries)
        {
            var begin = Math.Max(from, end);
            var written = Written(page, files.Read(begin, page));
            if (written > 0)
                return begin + written;
        }

        return end;
    }

    /// <summary>
    /// Takes the entries that a file lost with its end from the log: files have their full length from the first write
    /// on, so that after an orderly stop a shorter one was damaged.
    /// </summary>
    static long Extend(QueueFiles files, QueueContext context, TopicLog topic, int queueId, long end)
    {
        var from = context.LogMin();
        if (end > files.FirstEntry && files.ReadOne(end - 1) is var last)
        {
            if (EntryCheck.IsLed(context.Log, topic, queueId, end - 1, last))
                from = last.Position.Value + last.Size;
        }

        var bytes = new byte[QueueEntryLayout.Bytes];
        context.Log.Scan(
            from,
            Math.Min(context.RecoveredEnd, from + SearchedBytesMax),
            (in MessageView message, long position) =>
            {
                if (
                    !EntryCheck.IsOf(message, topic, queueId)
                    || message.QueueOffset != end
                    || !MeasuredMessage.IsInQueue(message.SysFlag)
                )
                    return true;
                QueueEntryLayout.Write(bytes, position, message.TotalSize, context.TagsCodes.Of(topic, message));
                files.Write(end, bytes);
                end++;
                return true;
            }
        );
        return end;
    }

    /// <summary>How many entries there are up to the last written one.</summary>
    static int Written(ReadOnlySpan<byte> entries, int count)
    {
        while (count > 0 && !QueueEntryLayout.IsWritten(EntryAt(entries, count - 1)))
            count--;
        return count;
    }

    static QueueEntry EntryAt(ReadOnlySpan<byte> entries, int at) =>
        QueueEntryLayout.Read(entries[(at * QueueEntryLayout.Bytes)..]);
}
