using System.Collections.Concurrent;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Answers an acknowledgement when everything that it has to write is written. Pooled. <see cref="Rent"/>,
/// <see cref="Expect"/> before each record, <see cref="Ended"/> once more at the end.
/// </summary>
sealed class AckReply(ConcurrentQueue<AckReply> pool)
{
    /// <summary>As many acknowledgements as may wait for the disk at a time.</summary>
    const int PooledMax = 4096;

    ReplyToken _token;
    int _open;
    int _failure;

    public static AckReply Rent(ConcurrentQueue<AckReply> pool, in ReplyToken token)
    {
        if (!pool.TryDequeue(out var reply))
            reply = new AckReply(pool);
        reply._token = token;
        reply._failure = (int)AppendStatus.Stored;
        // One for the request itself: the answer must not leave while it is still being worked on.
        reply._open = 1;
        return reply;
    }

    /// <summary>One more record is written.</summary>
    public AckReply Expect()
    {
        Interlocked.Increment(ref _open);
        return this;
    }

    /// <summary>A record, or the work on the request, has ended.</summary>
    public void Ended(AppendStatus outcome = AppendStatus.Stored)
    {
        // Written but not synced in time is written all the same; the worst is that the message comes twice.
        if (outcome is not (AppendStatus.Stored or AppendStatus.FlushTimeout))
            Volatile.Write(ref _failure, (int)outcome);
        if (Interlocked.Decrement(ref _open) > 0)
            return;
        var token = _token;
        var failure = (AppendStatus)_failure;
        _token = default;
        if (pool.Count < PooledMax)
            pool.Enqueue(this);
        if (failure == AppendStatus.Stored)
            token.Reply(ResponseCode.Success);
        else
            token.Reply(ResponseCode.SystemError, "the acknowledgement was not stored: " + failure);
    }
}
