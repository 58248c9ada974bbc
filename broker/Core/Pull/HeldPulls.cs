using Broker.Core.Groups;
using Broker.Core.Waiting;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Pull;

/// <summary>
/// Pulls that found nothing and wait (protocol.md §4.3): until a message that passes their filter arrives, until
/// the time is up that the client gave, to the millisecond, or until their connection closes. Those that wait for one
/// queue hang on the store's queue, so that an arrival finds them without a lookup. Bounded.
/// </summary>
sealed class HeldPulls : IDisposable
{
    /// <summary>A client that names more is answered after this: four times what the known clients ask for.</summary>
    const long HoldMsMax = 60_000;

    readonly HeldRequests<PullOrder> _held;
    readonly MessageStore _store;
    readonly int _heldMax;
    long _refused;

    /// <param name="store">Where arrived messages can be looked at.</param>
    /// <param name="heldMax">Above this a pull is answered at once.</param>
    /// <param name="answer">Reads once more and answers, whatever is found.</param>
    /// <param name="gather">Sends what this thread answers together.</param>
    /// <param name="time">The clock of the deadlines.</param>
    public HeldPulls(
        MessageStore store,
        int heldMax,
        Action<PullOrder> answer,
        Func<FlushScope> gather,
        TimeProvider time
    )
    {
        _store = store;
        _heldMax = heldMax;
        _held = new HeldRequests<PullOrder>(answer, gather, time);
    }

    /// <summary>How many wait.</summary>
    public int Count => _held.Count;

    /// <summary>How many could not wait because too many did.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>
    /// Holds a pull. False when it must be answered now: too many wait, or a message has arrived meanwhile.
    /// </summary>
    public bool TryHold(in PullOrder order, long holdMs)
    {
        lock (_held.Gate)
        {
            if (_held.IsClosed)
                return false;
            if (_held.Count >= _heldMax)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }
            var held = _held.HoldLocked(order, WaitersOf(order.Queue), Math.Clamp(holdMs, 0, HoldMsMax));
            // The arrival side moves the queue's end, then looks at the count; here it is the other way round: one of
            // the two sees the other.
            Interlocked.MemoryBarrier();
            if (order.Queue.MaxOffset.Value <= order.Offset)
                return true;
            _held.DropLocked(held);
            return false;
        }
    }

    /// <summary>A message became readable. Called by the store in log order; must be quick when nobody waits.</summary>
    public void Arrived(in Arrival arrival)
    {
        if (arrival.Queue.Attachment is not WaitingList<PullOrder> waiters)
            return;
        Interlocked.MemoryBarrier();
        if (waiters.Count == 0)
            return;
        // Under the lock that all queues share nothing is read: a message may have to come from the disk.
        var verdicts = waiters.Filters.IsEmpty ? default : waiters.Filters.Ask(_store, arrival);
        lock (_held.Gate)
        {
            for (var held = waiters.First; held is not null; )
            {
                var next = held.NextOfList;
                // An older arrival may still be on its way here when a pull for what follows is held already.
                if (held.Order.Offset <= arrival.Offset.Value && verdicts.IsWanted(held.Order.Filter, arrival))
                    _held.WakeLocked(held);
                held = next;
            }
            waiters.ScheduleLocked();
        }
    }

    /// <summary>Answers the pulls of one group that wait for a queue: its offset was set.</summary>
    public void Wake(ConsumeQueue queue, SubscriptionGroup group)
    {
        if (queue.Attachment is not WaitingList<PullOrder> waiters)
            return;
        lock (_held.Gate)
        {
            for (var held = waiters.First; held is not null; )
            {
                var next = held.NextOfList;
                if (held.Order.Group == group)
                    _held.WakeLocked(held);
                held = next;
            }
        }
        _held.AnswerReady(waiters);
    }

    /// <summary>A connection has ended: nobody waits for its answers any more.</summary>
    public void Closed(Connection connection) => _held.Closed(connection);

    /// <summary>Answers all that wait, so that a stop is not held up; holds nothing from now on.</summary>
    public void AnswerAll() => _held.AnswerAll();

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    WaitingList<PullOrder> WaitersOf(ConsumeQueue queue)
    {
        if (queue.Attachment is WaitingList<PullOrder> known)
            return known;
        var waiters = new WaitingList<PullOrder>(_held);
        queue.Attachment = waiters;
        return waiters;
    }
}
