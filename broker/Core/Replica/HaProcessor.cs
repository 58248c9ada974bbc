using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Replica;

/// <summary>
/// Serves what brokers of the reference ask each other, and tools them, about replication: 905 to 908 (protocol.md
/// §2.4). A group has one master by election here, so nobody acts for it (905) and nobody sets how far it is (908).
/// </summary>
sealed class HaProcessor(BrokerOptions options, MessageStore store, Func<BrokerStanding> standing)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.NotifyMinBrokerIdChange, MinBrokerIdChanged)
            .Map(RequestCode.ExchangeBrokerHaInfo, Exchange, ResponseCode.IllegalOperation)
            .Map(RequestCode.GetBrokerHaStatus, Status)
            .Map(RequestCode.ResetMasterFlushOffset, ResetFlushOffset, ResponseCode.IllegalOperation);

    /// <summary>A name server says who has the smallest id now; only an acting master would do something.</summary>
    static void MinBrokerIdChanged(Request request) => request.Reply(ResponseCode.Success);

    void Exchange(Request request)
    {
        var now = standing();
        if (!request.Read().OptionalText("masterHaAddress"u8).IsEmpty)
            throw new RefusedException(
                ResponseCode.IllegalOperation,
                "the master of a group is elected; no broker is told who it is"
            );
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("masterAddress"u8, now.Address.ToString());
        reply.Field("masterHaAddress"u8, AdvertisedAddress.OfReplication(options, now.Address));
        reply.Field("masterFlushOffset"u8, store.DurablePosition.Value);
        reply.Send();
    }

    void Status(Request request)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("haClientRuntimeInfo").BeginObject();
        foreach (var figure in (string[])["lastReadTimestamp", "lastWriteTimestamp", "masterFlushOffset", "maxOffset"])
            json.Name(figure).Value(0);
        json.Name("transferredByteInSecond").Value(0).EndObject();
        json.Name("haConnectionInfo").BeginArray().EndArray().Name("inSyncSlaveNums").Value(0);
        json.Name("master").Value(standing().IsMaster);
        json.Name("masterCommitLogMaxOffset").Value(store.MaxPosition.Value).EndObject();
        request.Reply(json.Written);
    }

    void ResetFlushOffset(Request request)
    {
        if (!standing().IsMaster)
            throw new RefusedException(
                ResponseCode.IllegalOperation,
                "a replica follows the epochs of its group; its position is not set from outside"
            );
        request.Reply(ResponseCode.Success);
    }
}
