using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Send;

/// <summary>
/// Where connections wait whose next message has no room in the store. What some of them store makes room again.
/// </summary>
sealed class StoreRoom : IDisposable
{
    /// <summary>Woken together: as many messages of 16 KiB as a buffer of the log holds.</summary>
    const int WokenMax = 64;

    readonly MessageStore _store;
    readonly WaitingConnections _waiting;

    public StoreRoom(MessageStore store, TimeProvider time)
    {
        _store = store;
        _waiting = new WaitingConnections(() => store.HasRoom, WokenMax, time);
        store.RoomMade = _waiting.Wake;
    }

    /// <summary>Connections that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>
    /// Called before every request: those that would store something wait here while the store takes nothing. False
    /// when this one does.
    /// </summary>
    public bool Admits(Request request) => _store.HasRoom || !Stores(request.Code) || !TryPostpone(request);

    /// <summary>
    /// Has the request wait for room; it is processed again then. False when it has waited long enough.
    /// </summary>
    public bool TryPostpone(Request request) =>
        _waiting.TryPostpone(request, TimeSpan.FromMilliseconds(_store.Options.BusyAfterMs));

    public void Dispose() => _waiting.Dispose();

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
}
