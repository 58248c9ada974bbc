using Broker.Store.Index;
using Broker.Store.Queues;

namespace Broker.Store;

/// <content>Reading messages by queue, position, time and key.</content>
public sealed partial class MessageStore
{
    /// <summary>The smallest position that can be read.</summary>
    public LogPosition MinPosition => new(_reader.MinPosition);

    /// <summary>One past the last byte that can be read.</summary>
    public LogPosition MaxPosition => new(_reader.EndPosition);

    /// <summary>One past the last byte that survives a power cut.</summary>
    public LogPosition DurablePosition => new(_writer.DurablePosition);

    /// <summary>When the oldest readable message was stored, in ms since 1970; -1 in an empty store.</summary>
    public long EarliestStoreTime => _reader.StoreTimeFrom(_reader.MinPosition);

    /// <summary>The last message that queries by key can find.</summary>
    public IndexEnd IndexEnd => _index?.End ?? default;

    /// <summary>
    /// Reads messages of a queue; returns the result's status. See protocol.md §4.3 for limits and statuses.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="maxMessages">How many at most.</param>
    /// <param name="maxBytes">How many bytes at most; the first message comes whatever its size.</param>
    /// <param name="filter">Which messages are wanted.</param>
    /// <param name="result">Filled in; must have been released since it was last used.</param>
    public ReadStatus Read(
        ConsumeQueue queue,
        QueueOffset offset,
        int maxMessages,
        int maxBytes,
        MessageFilter filter,
        ReadResult result
    )
    {
        var started = _meters.Now;
        var status = _queueReader.Read(queue, offset.Value, maxMessages, maxBytes, filter, result);
        _meters.Read(started);
        return status;
    }

    /// <summary>Whether a filter wants a message that has just arrived.</summary>
    public bool IsWanted(MessageFilter filter, in Arrival arrival) =>
        filter.MatchesTag(arrival.TagsCode) && (!filter.ReadsProperties || Matches(filter, arrival.Position));

    /// <summary>Reads the message at a log position; false when none begins there.</summary>
    public bool TryRead(LogPosition position, ReadResult result)
    {
        var found = _reader.TryAcquireMessage(position.Value, out var mapping, out var offset, out var size);
        if (found)
            result.Add(mapping, offset, size);
        result.Status = found ? ReadStatus.Found : ReadStatus.OffsetFoundNull;
        return found;
    }

    /// <summary>
    /// Reads the message that an entry of a queue leads to. An entry that leads elsewhere is taken from the log first,
    /// which may take a while. False when the message is damaged or gone.
    /// </summary>
    public bool TryRead(ConsumeQueue queue, QueueOffset offset, in QueueEntry entry, ReadResult result)
    {
        var state = EntryCheck.Acquire(_reader, queue, offset.Value, entry, out var mapping, out var at);
        var size = entry.Size;
        if (state == EntryState.Misleading)
        {
            _repair.Settle(queue, offset.Value);
            var settled = queue.ReadOne(offset.Value);
            state = EntryCheck.Acquire(_reader, queue, offset.Value, settled, out mapping, out at);
            size = settled.Size;
        }

        var found = state == EntryState.Sound;
        if (found)
            result.Add(mapping, at, size);
        result.Status = found ? ReadStatus.Found : ReadStatus.MessageWasRemoving;
        return found;
    }

    /// <summary>Reads entries of a queue from an offset on; returns how many there were.</summary>
    public int ReadEntries(ConsumeQueue queue, QueueOffset offset, Span<QueueEntry> entries)
    {
        Span<byte> buffer = stackalloc byte[32 * QueueEntryLayout.Bytes];
        var done = 0;
        while (done < entries.Length)
        {
            var wanted = Math.Min(32, entries.Length - done);
            var count = queue.Read(offset.Value + done, buffer[..(wanted * QueueEntryLayout.Bytes)]);
            for (var i = 0; i < count; i++)
                entries[done + i] = QueueEntryLayout.Read(buffer[(i * QueueEntryLayout.Bytes)..]);
            done += count;
            if (count == 0 && !TryRestore(queue, offset.Value + done))
                break;
        }

        return done;
    }

    /// <summary>Whether a queue has an entry again whose file was missing.</summary>
    bool TryRestore(ConsumeQueue queue, long offset)
    {
        if (offset < queue.MinOffset.Value || offset >= queue.Max)
            return false;
        _repair.Settle(queue, offset);
        Span<byte> entry = stackalloc byte[QueueEntryLayout.Bytes];
        return queue.Read(offset, entry) == 1;
    }

    /// <summary>The offset of a queue at a point in time (ms since 1970), as protocol.md §4.4.</summary>
    public QueueOffset SearchByTime(ConsumeQueue queue, long timestamp, TimeBoundary boundary) =>
        new(TimeSearch.Find(queue, _reader, timestamp, boundary));

    /// <summary>When the message at an offset was stored, in ms since 1970; -1 when it cannot be read.</summary>
    public long StoreTimeOf(ConsumeQueue queue, QueueOffset offset)
    {
        var entry = queue.ReadOne(offset.Value);
        return QueueEntryLayout.IsBlank(entry) ? -1 : _reader.StoreTimeAt(entry.Position.Value);
    }

    /// <summary>
    /// The newest messages of a topic with a unique or user key, in log order, stored within the times (ms since 1970,
    /// inclusive). Finds nothing when the index is off.
    /// </summary>
    public void QueryByKey(
        string topic,
        string key,
        int maxMessages,
        long beginTimestamp,
        long endTimestamp,
        ReadResult result
    )
    {
        using var query = BeginQuery(topic, key, maxMessages, beginTimestamp, endTimestamp, result);
        for (var wait = new SpinWait(); !query.Advance(); )
            wait.SpinOnce();
    }

    /// <summary>
    /// The same a slice at a time, for threads that serve others. The result is complete when
    /// <see cref="KeyQuery.Advance"/> says so.
    /// </summary>
    public KeyQuery BeginQuery(
        string topic,
        string key,
        int maxMessages,
        long beginTimestamp,
        long endTimestamp,
        ReadResult result
    ) =>
        new(
            maxMessages > 0 ? _index : null,
            new KeySearch(topic, key, maxMessages, beginTimestamp, endTimestamp, _reader, result),
            result,
            beginTimestamp,
            endTimestamp,
            _reader.EndPosition,
            Options.QueryStepsMax
        );

    /// <summary>Whether a filter wants the message at a log position; false when none begins there.</summary>
    bool Matches(MessageFilter filter, LogPosition position) =>
        _reader.TryView(position.Value, filter, static (message, wanted) => wanted.MatchesMessage(message.Properties));
}
