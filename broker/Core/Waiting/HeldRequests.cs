using System.Diagnostics;
using Broker.Remoting;

namespace Broker.Core.Waiting;

/// <summary>
/// What requests that wait have in common, whatever they wait for: a time at which they are answered in any case, a
/// connection that they end with, and one lock. Who uses it keeps the <see cref="WaitingList{TOrder}"/>s and says
/// whom to wake. Nothing is allocated per request in the steady state.
/// </summary>
sealed class HeldRequests<TOrder> : IDisposable
    where TOrder : struct, IHeldOrder
{
    readonly DeadlineHeap<HeldRequest<TOrder>> _deadlines = new();
    readonly Dictionary<Connection, HeldRequest<TOrder>> _byConnection = [];
    readonly Action<TOrder> _answer;
    readonly Func<FlushScope> _gather;
    readonly TimeProvider _time;
    readonly long _started;
    readonly ITimer _timer;
    HeldRequest<TOrder>? _pool;
    long _armedForMs = long.MaxValue;
    int _count;

    /// <param name="answer">Looks once more and answers; may hold again.</param>
    /// <param name="gather">Sends what this thread answers together.</param>
    /// <param name="time">The clock of the deadlines.</param>
    public HeldRequests(Action<TOrder> answer, Func<FlushScope> gather, TimeProvider time)
    {
        _answer = answer;
        _gather = gather;
        _time = time;
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(_ => AnswerExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Guards the lists and what waits in them; taken by whoever calls a method that ends in Locked.</summary>
    public Lock Gate { get; } = new();

    /// <summary>How many wait. Written under the lock, read without.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Nothing may wait any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Lets a request wait.</summary>
    /// <param name="order">The request.</param>
    /// <param name="list">What it waits for.</param>
    /// <param name="waitMs">After which time it is answered whatever has happened.</param>
    public HeldRequest<TOrder> HoldLocked(in TOrder order, WaitingList<TOrder> list, long waitMs)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread && !IsClosed);
        var held = _pool ?? new HeldRequest<TOrder>();
        _pool = held.NextReady;
        held.NextReady = null;
        held.Order = order;
        var now = NowMs();
        held.DeadlineMs = now + waitMs;
        _deadlines.Add(held);
        list.AddLocked(held);
        var connection = order.Token.Connection;
        if (_byConnection.TryGetValue(connection, out var first))
        {
            held.NextOfConnection = first;
            first.PreviousOfConnection = held;
        }
        _byConnection[connection] = held;
        Volatile.Write(ref _count, _deadlines.Count);
        ArmFor(_deadlines.First!.DeadlineMs, now);
        return held;
    }

    /// <summary>It waits no longer: somebody else answers it.</summary>
    public void DropLocked(HeldRequest<TOrder> held)
    {
        Unlink(held);
        Recycle(held);
    }

    /// <summary>It is answered with the next <see cref="WaitingList{TOrder}.ScheduleLocked"/> of its list.</summary>
    public void WakeLocked(HeldRequest<TOrder> held)
    {
        var list = held.List!;
        Unlink(held);
        list.AddReadyLocked(held);
    }

    /// <summary>A connection has ended: nobody waits for its answers any more.</summary>
    public void Closed(Connection connection)
    {
        lock (Gate)
        {
            while (_byConnection.TryGetValue(connection, out var held))
                DropLocked(held);
        }
    }

    /// <summary>Answers all that wait, so that a stop is not held up; nothing may wait from now on.</summary>
    public void AnswerAll()
    {
        HeldRequest<TOrder>? all;
        lock (Gate)
        {
            IsClosed = true;
            all = TakeDueLocked(long.MaxValue);
        }
        AnswerChain(all);
    }

    /// <summary>Answers on this thread what was woken of a list.</summary>
    public void AnswerReady(WaitingList<TOrder> list)
    {
        HeldRequest<TOrder>? ready;
        lock (Gate)
            ready = list.TakeReadyLocked();
        AnswerChain(ready);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    void AnswerExpired()
    {
        HeldRequest<TOrder>? expired;
        lock (Gate)
        {
            _armedForMs = long.MaxValue;
            var now = NowMs();
            expired = TakeDueLocked(now);
            if (_deadlines.First is { } later)
                ArmFor(later.DeadlineMs, now);
        }
        AnswerChain(expired);
    }

    HeldRequest<TOrder>? TakeDueLocked(long now)
    {
        HeldRequest<TOrder>? due = null;
        while (_deadlines.First is { } held && held.DeadlineMs <= now)
        {
            Unlink(held);
            held.NextReady = due;
            due = held;
        }
        return due;
    }

    void AnswerChain(HeldRequest<TOrder>? first)
    {
        if (first is null)
            return;
        using (_gather())
        {
            for (var held = first; held is not null; held = held.NextReady)
                Answer(held.Order);
        }
        lock (Gate)
        {
            for (var held = first; held is not null; )
            {
                var next = held.NextReady;
                Recycle(held);
                held = next;
            }
        }
    }

    void Answer(in TOrder order)
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

    long NowMs() => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    void Unlink(HeldRequest<TOrder> held)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        _deadlines.Remove(held);
        held.List!.RemoveLocked(held);
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

    void Recycle(HeldRequest<TOrder> held)
    {
        held.Order = default;
        held.NextReady = _pool;
        _pool = held;
    }
}
