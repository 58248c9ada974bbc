using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Requests that found nothing and wait (protocol.md §4.10): until a message arrives that passes their filter, until a
/// queue becomes free in ordered consumption, until the time is up, or until their connection closes. A message wakes
/// one
/// request of each group, since one gets it. Bounded; nothing is allocated per request in the steady state.
/// </summary>
sealed class HeldPops : IDisposable, IThreadPoolWorkItem
{
    /// <summary>
    /// Clients wait 15 to 30 s; one that names much more, or lives in the future, is answered after this.
    /// </summary>
    const long HoldMsMax = 300_000;

    readonly Lock _gate = new();
    readonly DeadlineHeap<HeldPop> _deadlines = new();
    readonly Dictionary<Connection, HeldPop> _byConnection = [];
    readonly Dictionary<TopicLog, Dictionary<PopGroup, Dictionary<int, PopWaiters>>> _byTopic = [];
    readonly Action<PopOrder> _answer;
    readonly Func<FlushScope> _gather;
    readonly Func<int> _heldMax;
    readonly MessageStore _store;
    readonly TimeProvider _time;
    readonly ITimer _timer;
    HeldPop? _pool;
    HeldPop? _ready;
    bool _isScheduled;
    long _armedForMs = long.MaxValue;
    int _count;
    bool _closed;

    /// <param name="heldMax">How many may wait in total.</param>
    /// <param name="answer">Looks once more; may hold again.</param>
    /// <param name="gather">Sends what this thread answers together.</param>
    /// <param name="store">Asked whether a filter wants a message.</param>
    /// <param name="time">The clock of the deadlines, which clients write by theirs.</param>
    public HeldPops(
        Func<int> heldMax,
        Action<PopOrder> answer,
        Func<FlushScope> gather,
        MessageStore store,
        TimeProvider time
    )
    {
        _heldMax = heldMax;
        _answer = answer;
        _gather = gather;
        _store = store;
        _time = time;
        _timer = time.CreateTimer(_ => AnswerExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many of a group wait for a queue, or for all queues when that is negative.</summary>
    public int CountOf(PopGroup group, int queueId)
    {
        lock (_gate)
            return Find(group, queueId)?.Count ?? 0;
    }

    /// <summary>Lets a request wait if there is time and room.</summary>
    /// <param name="order">The request.</param>
    /// <param name="lookAgainAt">When to look again at the latest though nothing arrives, ms since 1970.</param>
    public HoldOutcome TryHold(in PopOrder order, long lookAgainAt = long.MaxValue)
    {
        if (order.ExpiresAt <= 0)
            return HoldOutcome.TimeIsUp;
        lock (_gate)
        {
            if (_deadlines.Count >= _heldMax())
                return HoldOutcome.Full;
            var now = NowMs();
            if (_closed || order.ExpiresAt <= now)
                return HoldOutcome.TimeIsUp;
            var waiters = WaitersOf(order.Group, order.QueueId);
            if (waiters.Count >= PopWaiters.HeldMax)
                return HoldOutcome.Full;
            var held = _pool ?? new HeldPop();
            _pool = held.NextReady;
            held.NextReady = null;
            held.Order = order;
            held.DeadlineMs = Math.Min(Math.Min(order.ExpiresAt, lookAgainAt), now + HoldMsMax);
            Link(held, waiters);
            ArmFor(_deadlines.First!.DeadlineMs, now);
            return HoldOutcome.Held;
        }
    }

    /// <summary>A message became readable. Called by the store in log order; must be quick when nobody waits.</summary>
    public void Arrived(in Arrival arrival)
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) == 0)
            return;
        lock (_gate)
        {
            if (!_byTopic.TryGetValue(arrival.Queue.Topic, out var groups))
                return;
            foreach (var (_, queues) in groups)
            {
                if (queues.TryGetValue(-1, out var all))
                    WakeFirst(all, arrival);
                if (queues.TryGetValue(arrival.Queue.QueueId, out var one))
                    WakeFirst(one, arrival);
            }
            Schedule();
        }
    }

    /// <summary>
    /// There is something for a group in a queue: its first request for that queue, or for all, looks again.
    /// </summary>
    public void Wake(PopGroup group, int queueId)
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        lock (_gate)
        {
            if ((Find(group, -1)?.First ?? Find(group, queueId)?.First) is { } first)
                Ready(first);
            Schedule();
        }
    }

    /// <summary>There are retries for a group: one request of each of its queues looks again.</summary>
    public void WakeAll(PopGroup group)
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        lock (_gate)
        {
            if (!_byTopic.TryGetValue(group.Topic.Log, out var groups) || !groups.TryGetValue(group, out var queues))
                return;
            foreach (var (_, waiters) in queues)
            {
                if (waiters.First is { } first)
                    Ready(first);
            }
            Schedule();
        }
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
        HeldPop? all = null;
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

    /// <summary>Forgets lists that nobody waits in, so that they do not gather.</summary>
    public void ForgetEmpty()
    {
        lock (_gate)
        {
            foreach (var (topic, groups) in _byTopic)
            {
                foreach (var (group, queues) in groups)
                {
                    if (queues.Values.All(waiters => waiters.Count == 0))
                        groups.Remove(group);
                }
                if (groups.Count == 0)
                    _byTopic.Remove(topic);
            }
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        HeldPop? ready;
        lock (_gate)
        {
            ready = _ready;
            _ready = null;
            _isScheduled = false;
        }
        AnswerChain(ready);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    void WakeFirst(PopWaiters waiters, in Arrival arrival)
    {
        for (var held = waiters.First; held is not null; held = held.NextOfQueue)
        {
            var filter = held.Order.Filter;
            if (!filter.MatchesTag(arrival.TagsCode))
                continue;
            if (filter.ReadsProperties && !_store.Matches(filter, arrival.Position))
                continue;
            Ready(held);
            return;
        }
    }

    void Ready(HeldPop held)
    {
        Unlink(held);
        held.NextReady = _ready;
        _ready = held;
    }

    void Schedule()
    {
        if (_ready is null || _isScheduled)
            return;
        _isScheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void AnswerExpired()
    {
        HeldPop? expired = null;
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
                ArmFor(later.DeadlineMs, now);
        }
        AnswerChain(expired);
    }

    void AnswerChain(HeldPop? first)
    {
        if (first is null)
            return;
        using (_gather())
        {
            for (var held = first; held is not null; held = held.NextReady)
                Answer(held.Order);
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

    void Answer(in PopOrder order)
    {
        try
        {
            _answer(order);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            order.Token.Fail(failure);
        }
    }

    void ArmFor(long deadlineMs, long now)
    {
        if (deadlineMs >= _armedForMs)
            return;
        _armedForMs = deadlineMs;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, deadlineMs - now)), Timeout.InfiniteTimeSpan);
    }

    long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    PopWaiters? Find(PopGroup group, int queueId) =>
        _byTopic.TryGetValue(group.Topic.Log, out var groups)
        && groups.TryGetValue(group, out var queues)
        && queues.TryGetValue(Math.Max(-1, queueId), out var waiters)
            ? waiters
            : null;

    PopWaiters WaitersOf(PopGroup group, int queueId)
    {
        if (Find(group, queueId) is { } known)
            return known;
        if (!_byTopic.TryGetValue(group.Topic.Log, out var groups))
            _byTopic.Add(group.Topic.Log, groups = []);
        if (!groups.TryGetValue(group, out var queues))
            groups.Add(group, queues = []);
        return queues[Math.Max(-1, queueId)] = new PopWaiters();
    }

    void Link(HeldPop held, PopWaiters waiters)
    {
        _deadlines.Add(held);
        waiters.Add(held);
        Volatile.Write(ref _count, _deadlines.Count);
        var connection = held.Order.Token.Connection;
        if (_byConnection.TryGetValue(connection, out var first))
        {
            held.NextOfConnection = first;
            first.PreviousOfConnection = held;
        }
        _byConnection[connection] = held;
    }

    void Unlink(HeldPop held)
    {
        _deadlines.Remove(held);
        held.Waiters!.Remove(held);
        Volatile.Write(ref _count, _deadlines.Count);
        if (held.PreviousOfConnection is not null)
            held.PreviousOfConnection.NextOfConnection = held.NextOfConnection;
        else if (held.NextOfConnection is null)
            _byConnection.Remove(held.Order.Token.Connection);
        else
            _byConnection[held.Order.Token.Connection] = held.NextOfConnection;
        if (held.NextOfConnection is not null)
            held.NextOfConnection.PreviousOfConnection = held.PreviousOfConnection;
        held.PreviousOfConnection = held.NextOfConnection = null;
    }

    void Recycle(HeldPop held)
    {
        held.Order = default;
        held.NextReady = _pool;
        _pool = held;
    }
}
