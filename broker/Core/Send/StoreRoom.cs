using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Send;

/// <summary>
/// Connections whose next message waits for room in the store. The message stays where it was received and nothing more
/// is read from its connection, but no thread waits. Room wakes a few of them, in the order they came; what these store
/// makes room again. There are at most as many as connections.
/// </summary>
sealed class StoreRoom : IDisposable
{
    /// <summary>Woken together: as many messages of 16 KiB as a buffer of the log holds.</summary>
    const int WokenMax = 64;

    /// <summary>How often connections are looked for whose time is up.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    readonly Lock _gate = new();
    readonly Queue<Waiting> _waiting = new();
    readonly MessageStore _store;
    readonly TimeProvider _time;
    readonly ITimer _beat;
    int _count;

    public StoreRoom(MessageStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        _beat = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        store.RoomMade = Wake;
    }

    /// <summary>Connections that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Called before every request: those that would store something wait here while the store takes nothing. False
    /// when this one does.
    /// </summary>
    public bool Admits(Request request) => _store.HasRoom || !Stores(request.Code) || !TryPostpone(request);

    /// <summary>
    /// Has the request wait for room; it is processed again then. False when it has waited long enough.
    /// </summary>
    public bool TryPostpone(Request request)
    {
        var limit = TimeSpan.FromMilliseconds(_store.Options.BusyAfterMs);
        if (!request.TryPostpone(limit, out var left))
            return false;
        lock (_gate)
        {
            _waiting.Enqueue(new Waiting(request.Connection, _time.GetTimestamp(), left));
            if (_waiting.Count == 1)
                _beat.Change(Beat, Beat);
            Volatile.Write(ref _count, _waiting.Count);
        }
        // It may have been made before the connection was in the queue.
        if (_store.HasRoom)
            Wake();
        return true;
    }

    public void Dispose() => _beat.Dispose();

    static bool Stores(RequestCode code) =>
        code
            is RequestCode.SendMessage
                or RequestCode.SendMessageV2
                or RequestCode.SendBatchMessage
                or RequestCode.SendReplyMessage
                or RequestCode.SendReplyMessageV2
                or RequestCode.ConsumerSendMsgBack
                or RequestCode.EndTransaction
                or RequestCode.AckMessage
                or RequestCode.BatchAckMessage
                or RequestCode.ChangeMessageInvisibleTime
                or RequestCode.RecallMessage;

    void Wake()
    {
        for (var woken = 0; woken < WokenMax && TryTake(out var connection); )
        {
            // One that has ended makes no room for the next.
            if (!connection.IsOpen)
                continue;
            connection.Resume();
            woken++;
        }
    }

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

    /// <summary>Wakes those whose time is up, to be refused, and a few more if there is room after all.</summary>
    void Sweep()
    {
        lock (_gate)
        {
            for (var left = _waiting.Count; left > 0; left--)
            {
                var one = _waiting.Dequeue();
                if (_time.GetElapsedTime(one.Since) >= one.Left)
                    one.Connection.Resume();
                else if (one.Connection.IsOpen)
                    _waiting.Enqueue(one);
            }
            NoteCountLocked();
        }
        if (_store.HasRoom)
            Wake();
    }

    void NoteCountLocked()
    {
        Volatile.Write(ref _count, _waiting.Count);
        if (_waiting.Count == 0)
            _beat.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    readonly record struct Waiting(Connection Connection, long Since, TimeSpan Left);
}
