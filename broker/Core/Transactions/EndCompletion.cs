using System.Collections.Concurrent;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Transactions;

/// <summary>
/// One END_TRANSACTION under way: it holds the half message while it is read, and answers once the store has the
/// committed one. Pooled.
/// </summary>
sealed class EndCompletion(EndTransactionProcessor owner, ConcurrentQueue<EndCompletion> pool) : AppendCompletion
{
    /// <summary>As many as are usually under way, some hundred bytes each.</summary>
    const int PooledMax = 4096;

    ReplyToken _token;
    Topic? _topic;
    int _queueId;
    long _bornTimestamp;

    /// <summary>The half message; given back by <see cref="Return"/>.</summary>
    public ReadResult Half { get; } = new();

    /// <summary>Takes what is to be said and counted in the end.</summary>
    public void Begin(in ReplyToken token, Topic? topic, int queueId, long bornTimestamp)
    {
        _token = token;
        _topic = topic;
        _queueId = queueId;
        _bornTimestamp = bornTimestamp;
    }

    public override void Completed(AppendStatus outcome)
    {
        var isStored = outcome is AppendStatus.Stored or AppendStatus.FlushTimeout;
        if (isStored && _topic is not null)
            owner.Committed(_topic, _queueId, StoredBytes, _bornTimestamp);
        if (isStored)
            _token.Reply(ResponseCode.Success);
        else
            _token.Reply(ResponseCode.ServiceNotAvailable, EndTransactionProcessor.NotAvailable);
        Return();
    }

    public void Return()
    {
        Half.Release();
        _token = default;
        _topic = null;
        if (pool.Count < PooledMax)
            pool.Enqueue(this);
    }
}
