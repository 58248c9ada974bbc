using Broker.Protocol.Messages;
using Broker.Store.Log;

namespace Broker.Store.Queues;

/// <summary>
/// Reads messages of a queue from an offset on, with the statuses and limits of protocol.md §4.3. Never hands out what
/// is not the message that was stored there: a wrong entry is taken from the log first, a damaged message passed over.
/// </summary>
sealed class QueueReader(LogReader log, QueueRepair repair, StoreOptions options)
{
    /// <summary>
    /// Bytes of queue that one read may scan when its filter lets little pass, as with Apache: 800 entries.
    /// </summary>
    const int ScanBytesMax = 16_000;

    /// <summary>What one read returns at most, whatever its caller asks for.</summary>
    int MessagesMax => Math.Max(options.MaxTransferCountInMemory, options.MaxTransferCountOnDisk);

    public ReadStatus Read(
        ConsumeQueue queue,
        long offset,
        int maxMessages,
        int maxBytes,
        MessageFilter filter,
        ReadResult result
    )
    {
        // The end first: what is added meanwhile only makes the begin older.
        var max = queue.Max;
        var min = queue.MinOffset.Value;
        result.MinOffset = new QueueOffset(min);
        result.MaxOffset = new QueueOffset(max);
        var (status, next) = Place(offset, min, max);
        if (status == ReadStatus.Found)
            (status, next) = Scan(queue, offset, Math.Min(maxMessages, MessagesMax), maxBytes, filter, result);
        result.Status = status;
        result.NextOffset = new QueueOffset(next);
        return status;
    }

    static (ReadStatus Status, long Next) Place(long offset, long min, long max)
    {
        if (max == 0)
            return (ReadStatus.NoMessageInQueue, 0);
        if (offset < min)
            return (ReadStatus.OffsetTooSmall, min);
        if (offset == max)
            return (ReadStatus.OffsetOverflowOne, offset);
        return offset > max ? (ReadStatus.OffsetOverflowBadly, max) : (ReadStatus.Found, offset);
    }

    (ReadStatus Status, long Next) Scan(
        ConsumeQueue queue,
        long offset,
        int maxMessages,
        int maxBytes,
        MessageFilter filter,
        ReadResult result
    )
    {
        Span<byte> buffer = stackalloc byte[64 * QueueEntryLayout.Bytes];
        var scanMax = Math.Max(ScanBytesMax / QueueEntryLayout.Bytes, maxMessages);
        var status = ReadStatus.NoMatchedMessage;
        var next = offset;
        var settled = -1L;
        while (next - offset < scanMax)
        {
            var state = EntryState.Sound;
            var wanted = (int)Math.Min(buffer.Length / QueueEntryLayout.Bytes, scanMax - (next - offset));
            var count = queue.Read(next, buffer[..(wanted * QueueEntryLayout.Bytes)]);
            // A missing file has no entries: one is taken from the log, and with it as many as are settled together.
            if (count == 0)
            {
                if (next >= Math.Min(result.MaxOffset.Value, queue.Max))
                    break;
                state = EntryState.Misleading;
            }

            for (var i = 0; i < count && state != EntryState.Misleading; i++)
            {
                var entry = QueueEntryLayout.Read(buffer[(i * QueueEntryLayout.Bytes)..]);
                if (IsFull(entry, maxMessages, maxBytes, result))
                    return (ReadStatus.Found, next);
                state = Take(queue, next, entry, filter, result);
                if (state is EntryState.Gone or EntryState.Damaged)
                    status = ReadStatus.MessageWasRemoving;
                if (state != EntryState.Misleading)
                    next++;
            }

            if (state != EntryState.Misleading)
                continue;
            // Answered first: the reader comes back to this entry.
            if (result.MessageCount > 0)
                return (ReadStatus.Found, next);
            status = ReadStatus.MessageWasRemoving;
            if (next == settled)
                next++;
            else if (!repair.TrySettle(queue, next))
                return (status, next);
            else
                settled = next;
        }

        return (result.MessageCount > 0 ? ReadStatus.Found : status, next);
    }

    /// <summary>
    /// Adds an entry's message to the result if the filter wants it. Entries of this process, and those that were
    /// compared before, cost no look at the message.
    /// </summary>
    EntryState Take(ConsumeQueue queue, long offset, in QueueEntry entry, MessageFilter filter, ReadResult result)
    {
        if (!QueueEntryLayout.IsWritten(entry))
            return EntryState.Misleading;
        if (entry.Size == int.MaxValue)
            return EntryState.Gone;
        if (!filter.MatchesTag(entry.TagsCode))
            return EntryState.Sound;
        SegmentMapping mapping;
        int at;
        if (queue.IsSound(offset))
        {
            if (!log.TryAcquire(entry.Position.Value, entry.Size, out mapping, out at))
                return EntryState.Gone;
        }
        else if (
            EntryCheck.Acquire(log, queue, offset, entry, out mapping, out at) is var state and not EntryState.Sound
        )
        {
            return state;
        }
        else
        {
            queue.NoteSound(offset);
        }

        if (!filter.ReadsProperties || Matches(filter, mapping.Span.Slice(at, entry.Size)))
            result.Add(mapping, at, entry.Size);
        else
            mapping.Release();
        return EntryState.Sound;
    }

    static bool Matches(MessageFilter filter, ReadOnlySpan<byte> stored) =>
        MessageView.Read(stored, out var message) == MessageProblem.None && filter.MatchesMessage(message.Properties);

    /// <summary>The first message always fits, whatever its size.</summary>
    bool IsFull(in QueueEntry entry, int maxMessages, int maxBytes, ReadResult result)
    {
        if (result.MessageCount == 0)
        {
            result.FarBehind = log.EndPosition - entry.Position.Value > options.InMemoryBytes;
            return false;
        }

        var bytes = (long)result.ByteCount + entry.Size;
        if (result.MessageCount >= maxMessages || bytes > maxBytes)
            return true;
        return result.FarBehind
            ? bytes > options.MaxTransferBytesOnDisk || result.MessageCount >= options.MaxTransferCountOnDisk
            : bytes > options.MaxTransferBytesInMemory || result.MessageCount >= options.MaxTransferCountInMemory;
    }
}
