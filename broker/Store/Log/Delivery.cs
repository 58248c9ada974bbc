using Microsoft.Extensions.Logging;

namespace Broker.Store.Log;

/// <summary>
/// What happens to messages once they are stored, in log order and behind one position: their queues show them, their
/// senders are answered, those who wait for them are woken. The position is what the own disk has, or less, where
/// replicas must have the messages too. As with the writer, one thread at a time does it for all.
/// </summary>
sealed class Delivery(
    StoreMeters meters,
    TimeProvider time,
    ILogger logger,
    Func<ArrivalHandler?> arrived,
    Action<Batch> recycle,
    Action<Exception> failed,
    long end
)
{
    readonly Queue<Batch> _waiting = new();
    readonly RecentMessages _recent = new();
    readonly Lock _waitingGate = new();
    readonly Lock _deliveryGate = new();
    int _calls;
    int _unconfirmed;
    long _stored = end;
    long _limit = long.MaxValue;
    long _confirmed = end;
    long _delivered = end;
    long _lastStoreTimestamp;
    volatile bool _abandoned;

    /// <summary>One past the last byte that may be read.</summary>
    public long ConfirmedPosition => Volatile.Read(ref _confirmed);

    /// <summary>One past the last message that its queue shows.</summary>
    public long DeliveredPosition => Volatile.Read(ref _delivered);

    /// <summary>When the last delivered message was stored, in ms since 1970.</summary>
    public long DeliveredTimestamp => Volatile.Read(ref _lastStoreTimestamp);

    /// <summary>Messages that are stored, or about to be, and not yet confirmed.</summary>
    public int Unconfirmed => Volatile.Read(ref _unconfirmed);

    /// <summary>The newest delivered messages.</summary>
    public RecentMessages Recent => _recent;

    /// <summary>The position that replicas allow.</summary>
    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set
        {
            Volatile.Write(ref _limit, value);
            Deliver();
        }
    }

    /// <summary>Takes over a batch that is about to be written.</summary>
    public void Enqueue(Batch batch)
    {
        Interlocked.Add(ref _unconfirmed, batch.Count);
        lock (_waitingGate)
            _waiting.Enqueue(batch);
    }

    /// <summary>The own disk has everything below the position.</summary>
    public void Confirm(long stored)
    {
        Volatile.Write(ref _stored, stored);
        Deliver();
    }

    /// <summary>Nothing more will be stored: whoever waits is told so, and no queue shows those messages.</summary>
    public void Abandon()
    {
        _abandoned = true;
        Deliver();
    }

    /// <summary>
    /// Answers senders that have waited since before the time; returns how many. Their messages stay in the log and are
    /// shown as soon as they are confirmed.
    /// </summary>
    public int AnswerWaitingSince(long storeTimestamp)
    {
        var answered = 0;
        lock (_deliveryGate)
        {
            Batch[] waiting;
            lock (_waitingGate)
                waiting = _waiting.Count == 0 ? [] : [.. _waiting];
            foreach (var batch in waiting)
                answered += AnswerWaiting(batch, storeTimestamp);
        }

        return answered;
    }

    /// <summary>Tells a sender, whose completion nobody else has any more.</summary>
    public void Answer(AppendCompletion completion, AppendStatus outcome)
    {
        try
        {
            completion.Completed(outcome);
        }
        catch (Exception e)
        {
            // A mistake of one sender's must not stop the others'.
            StoreEvents.HandlerThrew(logger, e);
        }
    }

    int AnswerWaiting(Batch batch, long storeTimestamp)
    {
        var answered = 0;
        foreach (ref var entry in batch.Entries[batch.Delivered..])
        {
            if (entry.StoreTimestamp >= storeTimestamp)
                break;
            if (Answer(ref entry, AppendStatus.FlushTimeout))
                answered++;
        }

        return answered;
    }

    void Deliver()
    {
        if (Interlocked.Increment(ref _calls) != 1)
            return;
        int seen;
        do
        {
            seen = Volatile.Read(ref _calls);
            lock (_deliveryGate)
            {
                try
                {
                    DeliverWaiting();
                }
                catch (Exception e)
                {
                    // A batch may be shown in part, and were the count of calls left as it is, nobody would be answered
                    // any more. Everybody is told that it is over; the next start builds the queues from the log.
                    _abandoned = true;
                    failed(e);
                    DeliverWaiting();
                }
            }
        } while (Interlocked.Add(ref _calls, -seen) != 0);
    }

    void DeliverWaiting()
    {
        var position = Math.Min(Volatile.Read(ref _stored), Volatile.Read(ref _limit));
        // What the writer still uses is not recycled, also when all is given up: it comes by again.
        while (TryPeek(out var batch) && batch.IsWritten && DeliverFrom(batch, position))
            Remove(batch);
    }

    /// <summary>Delivers the batch's messages below the position; false when some are left.</summary>
    bool DeliverFrom(Batch batch, long position)
    {
        var from = batch.Delivered;
        var entries = batch.Entries;
        var to = _abandoned ? entries.Length : CountBelow(entries, from, position);
        if (to > from)
        {
            if (!_abandoned)
                Show(entries[from..to]);
            Complete(entries[from..to]);
            batch.Delivered = to;
            Interlocked.Add(ref _unconfirmed, from - to);
            if (!_abandoned)
                Announce(entries[from..to]);
        }

        if (to < entries.Length || (!_abandoned && batch.EndPosition > position))
            return false;
        if (!_abandoned)
        {
            Volatile.Write(ref _confirmed, Math.Max(_confirmed, batch.EndPosition));
            Volatile.Write(ref _delivered, batch.EndPosition);
        }

        return true;
    }

    static int CountBelow(Span<BatchEntry> entries, int from, long position)
    {
        var to = from;
        while (to < entries.Length && entries[to].Position + entries[to].Size <= position)
            to++;
        return to;
    }

    void Show(Span<BatchEntry> entries)
    {
        ref var last = ref entries[^1];
        var behind = last.Position + last.Size;
        // First the bytes may be read, then the queues lead to them.
        Volatile.Write(ref _confirmed, behind);
        Approach(entries);
        foreach (ref var entry in entries)
        {
            entry.Queue?.Append(entry.QueueOffset, entry.Position, entry.Size, entry.TagsCode);
            _recent.Add(entry.Position);
        }

        Volatile.Write(ref _lastStoreTimestamp, last.StoreTimestamp);
        Volatile.Write(ref _delivered, behind);
    }

    /// <summary>
    /// Reads of what no processor has near overlap here, where none depends on another's result. Between the locks of
    /// the appends each queue would be waited for by itself: with 80,000 of them that is a tenth of a message's time.
    /// </summary>
    static void Approach(Span<BatchEntry> entries)
    {
        foreach (ref var entry in entries)
            entry.Queue?.Approach();
    }

    void Complete(Span<BatchEntry> entries)
    {
        var outcome = _abandoned ? AppendStatus.Closed : AppendStatus.Stored;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // One time for the batch: that of its first message, the longest.
        if (outcome == AppendStatus.Stored)
            meters.Delivered(now, now - entries[0].StoreTimestamp, entries.Length);
        else
            meters.NotStored(entries.Length);
        foreach (ref var entry in entries)
        {
            Answer(ref entry, outcome);
        }
    }

    bool Answer(ref BatchEntry entry, AppendStatus outcome)
    {
        if (entry.Completion is not { } completion)
            return false;
        entry.Completion = null;
        Answer(completion, outcome);
        return true;
    }

    void Announce(Span<BatchEntry> entries)
    {
        if (arrived() is not { } handler)
            return;
        foreach (ref var entry in entries)
        {
            if (entry.Queue is not { } queue)
                continue;
            try
            {
                handler(
                    new Arrival(
                        queue,
                        new QueueOffset(entry.QueueOffset),
                        new LogPosition(entry.Position),
                        entry.Size,
                        entry.TagsCode,
                        entry.StoreTimestamp
                    )
                );
            }
            catch (Exception e)
            {
                StoreEvents.HandlerThrew(logger, e);
            }
        }
    }

    bool TryPeek(out Batch batch)
    {
        lock (_waitingGate)
            return _waiting.TryPeek(out batch!);
    }

    void Remove(Batch batch)
    {
        lock (_waitingGate)
            _waiting.Dequeue();
        recycle(batch);
    }
}
