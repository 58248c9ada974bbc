namespace Broker.Remoting;

/// <summary>
/// Connections whose next request waits for something that all share. The request stays where it was received and
/// nothing more is read from its connection, but no thread waits. A few are woken at a time, in the order they came;
/// those that have to wait on come back. There are at most as many as connections.
/// </summary>
/// <param name="isFree">Whether what they wait for is there.</param>
/// <param name="wokenMax">How many are woken together.</param>
/// <param name="time">The clock of their limits.</param>
public sealed class WaitingConnections(Func<bool> isFree, int wokenMax, TimeProvider time) : IDisposable
{
    /// <summary>How often connections are looked for whose time is up.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    readonly Lock _gate = new();
    readonly Queue<Waiting> _waiting = new();
    ITimer? _beat;
    int _count;

    /// <summary>Connections that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Has the request wait; it is processed again then. False when it has waited long enough.</summary>
    public bool TryPostpone(Request request, TimeSpan limit)
    {
        if (!request.TryPostpone(limit, out var left))
            return false;
        lock (_gate)
        {
            _waiting.Enqueue(new Waiting(request.Connection, time.GetTimestamp(), left));
            if (_waiting.Count == 1)
                StartBeatLocked();
            Volatile.Write(ref _count, _waiting.Count);
        }
        // It may have become free before the connection was in the queue.
        if (isFree())
            Wake();
        return true;
    }

    /// <summary>What they wait for is there.</summary>
    public void Wake()
    {
        for (var woken = 0; woken < wokenMax && TryTake(out var connection); )
        {
            // One that has ended takes nothing, so the next one is woken for it.
            if (!connection.IsOpen)
                continue;
            connection.Resume();
            woken++;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _beat?.Dispose();

    bool TryTake(out Connection connection)
    {
        connection = null!;
        if (Count == 0)
            return false;
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out var first))
                return false;
            connection = first.Connection;
            NoteCountLocked();
            return true;
        }
    }

    /// <summary>Wakes those whose time is up, to be refused, and a few more if it is free after all.</summary>
    void Sweep()
    {
        lock (_gate)
        {
            for (var left = _waiting.Count; left > 0; left--)
            {
                var one = _waiting.Dequeue();
                if (time.GetElapsedTime(one.Since) >= one.Left)
                    one.Connection.Resume();
                else if (one.Connection.IsOpen)
                    _waiting.Enqueue(one);
            }
            NoteCountLocked();
        }
        if (isFree())
            Wake();
    }

    void StartBeatLocked()
    {
        _beat ??= time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _beat.Change(Beat, Beat);
    }

    void NoteCountLocked()
    {
        Volatile.Write(ref _count, _waiting.Count);
        if (_waiting.Count == 0)
            _beat?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    readonly record struct Waiting(Connection Connection, long Since, TimeSpan Left);
}
