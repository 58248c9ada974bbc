using System.Collections.Concurrent;
using Broker.Core.Waiting;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Requests that found nothing and wait (protocol.md §4.10): until a message arrives that passes their filter, until a
/// queue becomes free in ordered consumption, until the time is up, or until their connection closes. A message wakes
/// one request of each group, since one gets it. Bounded.
/// </summary>
sealed class HeldPops : IDisposable
{
    /// <summary>
    /// Clients wait 15 to 30 s; one that names much more, or lives in the future, is answered after this.
    /// </summary>
    const long HoldMsMax = 300_000;

    /// <summary>As in the reference (popPollingSize): what comes on top is told that too many wait.</summary>
    const int HeldMaxOfList = 1024;

    /// <summary>The key of those that wait for all queues.</summary>
    const int AllQueues = -1;

    readonly HeldRequests<PopOrder> _held;
    readonly ConcurrentDictionary<TopicLog, Dictionary<PopGroup, Dictionary<int, WaitingList<PopOrder>>>> _byTopic = [];
    readonly Func<int> _heldMax;
    readonly bool _newestFirst;
    readonly MessageStore _store;
    readonly TimeProvider _time;

    /// <param name="heldMax">How many may wait in total.</param>
    /// <param name="answer">Looks once more; may hold again.</param>
    /// <param name="gather">Sends what this thread answers together.</param>
    /// <param name="store">Asked whether a filter wants a message.</param>
    /// <param name="time">The clock of the deadlines, which clients write by theirs.</param>
    /// <param name="newestFirst">
    /// Whether the request that came last is woken, as the reference does with notifications.
    /// </param>
    public HeldPops(
        Func<int> heldMax,
        Action<PopOrder> answer,
        Func<FlushScope> gather,
        MessageStore store,
        TimeProvider time,
        bool newestFirst = false
    )
    {
        _newestFirst = newestFirst;
        _heldMax = heldMax;
        _store = store;
        _time = time;
        _held = new HeldRequests<PopOrder>(answer, gather, time);
    }

    /// <summary>How many wait.</summary>
    public int Count => _held.Count;

    /// <summary>How many of a group wait for a queue, or for all queues when that is negative.</summary>
    public int CountOf(PopGroup group, int queueId)
    {
        lock (_held.Gate)
            return Find(group, queueId)?.Count ?? 0;
    }

    /// <summary>Lets a request wait if there is time and room.</summary>
    /// <param name="order">The request.</param>
    /// <param name="lookAgainAt">When to look again at the latest though nothing arrives, ms since 1970.</param>
    public HoldOutcome TryHold(in PopOrder order, long lookAgainAt = long.MaxValue)
    {
        if (order.ExpiresAt <= 0)
            return HoldOutcome.TimeIsUp;
        lock (_held.Gate)
        {
            if (_held.Count >= _heldMax())
                return HoldOutcome.Full;
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            if (_held.IsClosed || order.ExpiresAt <= now)
                return HoldOutcome.TimeIsUp;
            var waiters = WaitersOf(order.Group, order.QueueId);
            if (waiters.Count >= HeldMaxOfList)
                return HoldOutcome.Full;
            var until = Math.Min(Math.Min(order.ExpiresAt, lookAgainAt), now + HoldMsMax);
            _held.HoldLocked(order, waiters, Math.Max(0, until - now));
            return HoldOutcome.Held;
        }
    }

    /// <summary>A message became readable. Called by the store in log order; must be quick when nobody waits.</summary>
    public void Arrived(in Arrival arrival)
    {
        Interlocked.MemoryBarrier();
        // Messages of topics that nobody waits for do not come to the lock that all share.
        if (_held.Count == 0 || !_byTopic.TryGetValue(arrival.Queue.Topic, out var groups))
            return;
        List<WaitingList<PopOrder>>? filtering = null;
        lock (_held.Gate)
        {
            foreach (var (_, queues) in groups)
            {
                if (queues.TryGetValue(AllQueues, out var all))
                    WakeOrNoteLocked(all, arrival, ref filtering);
                if (queues.TryGetValue(arrival.Queue.QueueId, out var one))
                    WakeOrNoteLocked(one, arrival, ref filtering);
            }
        }
        foreach (var waiters in filtering ?? [])
        {
            // Not under the lock: a message may have to come from the disk.
            var verdicts = waiters.Filters.Ask(_store, arrival);
            lock (_held.Gate)
                WakeOneLocked(waiters, arrival, verdicts);
        }
    }

    /// <summary>
    /// There is something for a group in a queue: one request for that queue, or for all, looks again.
    /// </summary>
    public void Wake(PopGroup group, int queueId)
    {
        if (_held.Count == 0)
            return;
        lock (_held.Gate)
        {
            if ((Next(Find(group, AllQueues)) ?? Next(Find(group, queueId))) is { } next)
                Wake(next);
        }
    }

    /// <summary>There are retries for a group: one request of each of its queues looks again.</summary>
    public void WakeAll(PopGroup group)
    {
        if (_held.Count == 0)
            return;
        lock (_held.Gate)
        {
            if (!_byTopic.TryGetValue(group.Topic.Log, out var groups) || !groups.TryGetValue(group, out var queues))
                return;
            foreach (var (_, waiters) in queues)
            {
                if (Next(waiters) is { } next)
                    Wake(next);
            }
        }
    }

    /// <summary>A connection has ended: nobody waits for its answers any more.</summary>
    public void Closed(Connection connection) => _held.Closed(connection);

    /// <summary>Answers all that wait, so that a stop is not held up; holds nothing from now on.</summary>
    public void AnswerAll() => _held.AnswerAll();

    /// <summary>Forgets lists that nobody waits in, so that they do not gather.</summary>
    public void ForgetEmpty()
    {
        lock (_held.Gate)
        {
            foreach (var (topic, groups) in _byTopic)
            {
                foreach (var (group, queues) in groups)
                {
                    if (queues.Values.All(waiters => waiters.Count == 0))
                        groups.Remove(group);
                }
                if (groups.Count == 0)
                    _byTopic.TryRemove(topic, out _);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    void WakeOrNoteLocked(WaitingList<PopOrder> waiters, in Arrival arrival, ref List<WaitingList<PopOrder>>? filtering)
    {
        if (waiters.Count == 0)
            return;
        if (waiters.Filters.IsEmpty)
            WakeOneLocked(waiters, arrival, verdicts: default);
        else
            (filtering ??= []).Add(waiters);
    }

    void WakeOneLocked(WaitingList<PopOrder> waiters, in Arrival arrival, in FilterVerdicts verdicts)
    {
        for (var held = Next(waiters); held is not null; held = After(held))
        {
            if (!verdicts.IsWanted(held.Order.Filter, arrival))
                continue;
            Wake(held);
            return;
        }
    }

    /// <summary>Who is woken before all others.</summary>
    HeldRequest<PopOrder>? Next(WaitingList<PopOrder>? waiters) => _newestFirst ? waiters?.Last : waiters?.First;

    HeldRequest<PopOrder>? After(HeldRequest<PopOrder> held) => _newestFirst ? held.PreviousOfList : held.NextOfList;

    void Wake(HeldRequest<PopOrder> held)
    {
        var waiters = held.List!;
        _held.WakeLocked(held);
        waiters.ScheduleLocked();
    }

    WaitingList<PopOrder>? Find(PopGroup group, int queueId) =>
        _byTopic.TryGetValue(group.Topic.Log, out var groups)
        && groups.TryGetValue(group, out var queues)
        && queues.TryGetValue(Math.Max(AllQueues, queueId), out var waiters)
            ? waiters
            : null;

    WaitingList<PopOrder> WaitersOf(PopGroup group, int queueId)
    {
        if (Find(group, queueId) is { } known)
            return known;
        if (!_byTopic.TryGetValue(group.Topic.Log, out var groups))
            _byTopic[group.Topic.Log] = groups = [];
        if (!groups.TryGetValue(group, out var queues))
            groups.Add(group, queues = []);
        return queues[Math.Max(AllQueues, queueId)] = new WaitingList<PopOrder>(_held);
    }
}
