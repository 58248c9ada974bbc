using Broker.Core.Groups;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Pull;

/// <summary>
/// Pulls that found nothing and wait (protocol.md §4.3): until a message that passes their filter arrives, until
/// the time
/// is up that the client gave, to the millisecond, or until their connection closes. Bounded; nothing is allocated per
/// pull in the steady state.
/// </summary>
sealed class HeldPulls : IDisposable
{
    /// <summary>A client that names more is answered after this: four times what the known clients ask for.</summary>
    const long HoldMsMax = 60_000;

    readonly Lock _gate = new();
    readonly MessageStore _store;
    readonly DeadlineHeap<HeldPull> _deadlines = new();
    readonly Dictionary<Connection, HeldPull> _byConnection = [];
    readonly Action<PullOrder> _answer;
    readonly Func<FlushScope> _gather;
    readonly TimeProvider _time;
    readonly long _started;
    readonly int _heldMax;
    readonly ITimer _timer;
    HeldPull? _pool;
    long _armedForMs = long.MaxValue;
    long _refused;
    bool _closed;

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
        _answer = answer;
        _gather = gather;
        _time = time;
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(_ => AnswerExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _deadlines.Count;
        }
    }

    /// <summary>How many could not wait because too many did.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>
    /// Holds a pull. False when it must be answered now: too many wait, or a message has arrived meanwhile.
    /// </summary>
    public bool TryHold(in PullOrder order, long holdMs)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            if (_deadlines.Count >= _heldMax)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }
            var held = _pool ?? new HeldPull();
            _pool = held.NextReady;
            held.NextReady = null;
            held.Order = order;
            held.DeadlineMs = NowMs() + Math.Clamp(holdMs, 0, HoldMsMax);
            Link(held);
            // The arrival side moves the queue's end, then looks at the count; here it is the other way round: one of
            // the two sees the other.
            Interlocked.MemoryBarrier();
            if (order.Queue.MaxOffset.Value > order.Offset)
            {
                Unlink(held);
                Recycle(held);
                return false;
            }
            ArmFor(_deadlines.First!.DeadlineMs);
            return true;
        }
    }

    /// <summary>A message became readable. Called by the store in log order; must be quick when nobody waits.</summary>
    public void Arrived(in Arrival arrival)
    {
        if (arrival.Queue.Attachment is not QueueWaiters waiters)
            return;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref waiters.Count) == 0)
            return;
        lock (_gate)
        {
            for (var held = waiters.First; held is not null; )
            {
                var next = held.NextOfQueue;
                // An older arrival may still be on its way here when a pull for what follows is held already.
                if (held.Order.Offset <= arrival.Offset.Value && IsWanted(held.Order.Filter, arrival))
                    MakeReady(held, waiters);
                held = next;
            }
            if (waiters.Ready is null || waiters.Scheduled)
                return;
            waiters.Scheduled = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(waiters, preferLocal: false);
    }

    /// <summary>Answers the pulls of one group that wait for a queue: its offset was set.</summary>
    public void Wake(ConsumeQueue queue, SubscriptionGroup group)
    {
        if (queue.Attachment is not QueueWaiters waiters)
            return;
        lock (_gate)
        {
            for (var held = waiters.First; held is not null; )
            {
                var next = held.NextOfQueue;
                if (held.Order.Group == group)
                    MakeReady(held, waiters);
                held = next;
            }
        }
        AnswerReady(waiters);
    }

    /// <summary>A connection has ended: nobody waits for its answers any more.</summary>
    public void Closed(Connection connection)
    {
        lock (_gate)
        {
            while (_byConnection.TryGetValue(connection, out var held))
            {
                Unlink(held);
                Recycle(held);
            }
        }
    }

    /// <summary>Answers all that wait, so that a stop is not held up; holds nothing from now on.</summary>
    public void AnswerAll()
    {
        HeldPull? all = null;
        lock (_gate)
        {
            _closed = true;
            while (_deadlines.First is { } held)
            {
                Unlink(held);
                held.NextReady = all;
                all = held;
            }
        }
        AnswerChain(all);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    internal void AnswerReady(QueueWaiters waiters)
    {
        HeldPull? ready;
        lock (_gate)
        {
            ready = waiters.Ready;
            waiters.Ready = null;
            waiters.Scheduled = false;
        }
        AnswerChain(ready);
    }

    void AnswerExpired()
    {
        HeldPull? expired = null;
        lock (_gate)
        {
            _armedForMs = long.MaxValue;
            var now = NowMs();
            while (_deadlines.First is { } held && held.DeadlineMs <= now)
            {
                Unlink(held);
                held.NextReady = expired;
                expired = held;
            }
            if (_deadlines.First is { } later)
                ArmFor(later.DeadlineMs);
        }
        AnswerChain(expired);
    }

    void AnswerChain(HeldPull? first)
    {
        if (first is null)
            return;
        using (_gather())
        {
            for (var held = first; held is not null; held = held.NextReady)
                _answer(held.Order);
        }
        lock (_gate)
        {
            for (var held = first; held is not null; )
            {
                var next = held.NextReady;
                Recycle(held);
                held = next;
            }
        }
    }

    bool IsWanted(MessageFilter filter, in Arrival arrival) =>
        filter.MatchesTag(arrival.TagsCode) && (!filter.ReadsProperties || _store.Matches(filter, arrival.Position));

    void MakeReady(HeldPull held, QueueWaiters waiters)
    {
        Unlink(held);
        held.NextReady = waiters.Ready;
        waiters.Ready = held;
    }

    void ArmFor(long deadlineMs)
    {
        if (deadlineMs >= _armedForMs)
            return;
        _armedForMs = deadlineMs;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, deadlineMs - NowMs())), Timeout.InfiniteTimeSpan);
    }

    long NowMs() => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    void Link(HeldPull held)
    {
        _deadlines.Add(held);
        var waiters = WaitersOf(held.Order.Queue);
        held.Waiters = waiters;
        held.NextOfQueue = waiters.First;
        if (waiters.First is not null)
            waiters.First.PreviousOfQueue = held;
        waiters.First = held;
        Volatile.Write(ref waiters.Count, waiters.Count + 1);
        var connection = held.Order.Token.Connection;
        if (_byConnection.TryGetValue(connection, out var first))
        {
            held.NextOfConnection = first;
            first.PreviousOfConnection = held;
        }
        _byConnection[connection] = held;
    }

    void Unlink(HeldPull held)
    {
        _deadlines.Remove(held);
        var waiters = held.Waiters!;
        if (held.PreviousOfQueue is null)
            waiters.First = held.NextOfQueue;
        else
            held.PreviousOfQueue.NextOfQueue = held.NextOfQueue;
        if (held.NextOfQueue is not null)
            held.NextOfQueue.PreviousOfQueue = held.PreviousOfQueue;
        Volatile.Write(ref waiters.Count, waiters.Count - 1);
        if (held.PreviousOfConnection is not null)
            held.PreviousOfConnection.NextOfConnection = held.NextOfConnection;
        else if (held.NextOfConnection is null)
            _byConnection.Remove(held.Order.Token.Connection);
        else
            _byConnection[held.Order.Token.Connection] = held.NextOfConnection;
        if (held.NextOfConnection is not null)
            held.NextOfConnection.PreviousOfConnection = held.PreviousOfConnection;
        held.PreviousOfQueue = held.NextOfQueue = held.PreviousOfConnection = held.NextOfConnection = null;
        held.Waiters = null;
    }

    QueueWaiters WaitersOf(ConsumeQueue queue)
    {
        if (queue.Attachment is QueueWaiters known)
            return known;
        var waiters = new QueueWaiters(this);
        queue.Attachment = waiters;
        return waiters;
    }

    void Recycle(HeldPull held)
    {
        held.Order = default;
        held.NextReady = _pool;
        _pool = held;
    }
}
