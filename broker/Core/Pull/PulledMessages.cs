using System.Collections.Concurrent;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pull;

/// <summary>Messages on their way out: slices of mapped segments, given back when they were sent. Pooled.</summary>
sealed class PulledMessages(ConcurrentQueue<PulledMessages> pool) : IReplyBody
{
    /// <summary>As many answers as can wait for slow sockets at a time; some hundred bytes each.</summary>
    const int PooledMax = 4096;

    /// <summary>What the store found.</summary>
    public ReadResult Result { get; } = new();

    public int Length => Result.ByteCount;

    public int SliceCount => Result.Slices.Count;

    public ReadOnlyMemory<byte> Slice(int index) => Result.Slices[index].Bytes;

    public void Release()
    {
        Result.Release();
        if (pool.Count < PooledMax)
            pool.Enqueue(this);
    }

    /// <summary>A used one, or a new one.</summary>
    public static PulledMessages Rent(ConcurrentQueue<PulledMessages> pool) =>
        pool.TryDequeue(out var used) ? used : new PulledMessages(pool);
}
