using System.Collections.Concurrent;
using Broker.Core.Configuration;
using Broker.Core.Pull;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Query;

/// <summary>Finds messages by a key or by their unique id: QUERY_MESSAGE (12).</summary>
sealed class QueryMessageProcessor(MessageStore store, BrokerOptions options) : IRequestProcessor
{
    readonly ConcurrentQueue<PulledMessages> _pool = new();

    public void Process(Request request)
    {
        var read = request.Read();
        var topic = read.String("topic"u8);
        var key = read.String("key"u8);
        var wanted = read.Int("maxNum"u8, options.MaxMessagesPerBatch);
        var begin = read.Long("beginTimestamp"u8, 0);
        var end = read.Long("endTimestamp"u8, long.MaxValue);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        if (read.Bool("_UNIQUE_KEY_QUERY"u8))
            wanted = options.DefaultQueryMaxNum;
        var found = PulledMessages.Rent(_pool);
        store.QueryByKey(topic, key, Math.Min(wanted, options.MaxMessagesPerBatch), begin, end, found.Result);
        var isEmpty = found.Result.MessageCount == 0;
        var reply = isEmpty
            ? request.Begin(ResponseCode.QueryNotFound, "can not find message, maybe time range not correct"u8)
            : request.Begin(ResponseCode.Success);
        var indexEnd = store.IndexEnd;
        reply.Field("indexLastUpdatePhyoffset"u8, indexEnd.Position.Value);
        reply.Field("indexLastUpdateTimestamp"u8, indexEnd.Timestamp);
        if (!isEmpty)
        {
            reply.Send(found);
            return;
        }
        found.Release();
        reply.Send();
    }
}
