using System.Collections.Concurrent;
using Broker.Core.Configuration;
using Broker.Core.Pull;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Index;

namespace Broker.Core.Query;

/// <summary>Finds messages by a key or by their unique id: QUERY_MESSAGE (12).</summary>
sealed class QueryMessageProcessor(MessageStore store, BrokerOptions options, TimeProvider time) : IRequestProcessor
{
    /// <summary>Queries at the same time that need more than a slice; further ones are refused as busy.</summary>
    const int LongMax = 64;

    /// <summary>Between two slices of a long query.</summary>
    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    readonly ConcurrentQueue<PulledMessages> _pool = new();
    int _long;

    static ReadOnlySpan<byte> NotFound => "can not find message, maybe time range not correct"u8;

    static ReadOnlySpan<byte> TooMany =>
        "can not find message: too many messages have keys of the same hash, name a shorter time range"u8;

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
        var most = Math.Min(wanted, options.MaxMessagesPerBatch);
        var query = store.BeginQuery(topic, key, most, begin, end, found.Result);
        if (query.Advance())
        {
            Answer(request.Token, query, found);
        }
        else if (Interlocked.Increment(ref _long) > LongMax)
        {
            Interlocked.Decrement(ref _long);
            query.Dispose();
            found.Release();
            request.Reply(ResponseCode.SystemBusy, $"{LongMax} long queries are under way");
        }
        else
        {
            request.Token.Run(token => FinishAsync(token, query, found));
        }
    }

    /// <summary>Goes on a slice at a time, so that others have the thread in between.</summary>
    async Task FinishAsync(ReplyToken token, KeyQuery query, PulledMessages found)
    {
        try
        {
            do await Task.Delay(Rest, time);
            while (!query.Advance());
        }
        catch
        {
            query.Dispose();
            found.Release();
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _long);
        }
        Answer(token, query, found);
    }

    void Answer(in ReplyToken token, KeyQuery query, PulledMessages found)
    {
        query.Dispose();
        var isEmpty = found.Result.MessageCount == 0;
        var reply = isEmpty
            ? token.Begin(ResponseCode.QueryNotFound, query.IsCut ? TooMany : NotFound)
            : token.Begin(ResponseCode.Success);
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
