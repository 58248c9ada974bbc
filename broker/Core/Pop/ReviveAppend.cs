using System.Collections.Concurrent;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>The outcome of one record of the revive log that is not a checkpoint. Pooled.</summary>
sealed class ReviveAppend(ConcurrentQueue<ReviveAppend> pool) : AppendCompletion
{
    /// <summary>As many records as may wait for the disk at a time.</summary>
    const int PooledMax = 4096;

    ReviveQueue _queue = null!;
    AckReply? _reply;

    public static ReviveAppend Rent(ConcurrentQueue<ReviveAppend> pool, ReviveQueue queue, AckReply? reply)
    {
        if (!pool.TryDequeue(out var append))
            append = new ReviveAppend(pool);
        append._queue = queue;
        append._reply = reply;
        return append;
    }

    /// <inheritdoc/>
    public override void Completed(AppendStatus outcome)
    {
        var reply = _reply;
        _reply = null;
        _queue.Settled(outcome);
        if (pool.Count < PooledMax)
            pool.Enqueue(this);
        reply?.Ended(outcome);
    }
}
