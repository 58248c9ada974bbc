using System.Buffers;

namespace Broker.Store.Log;

/// <summary>
/// A mapped segment, counted: the log itself holds one reference while the segment is mapped, each reader one while it
/// uses the bytes. Whoever leaves last unmaps.
/// </summary>
sealed class SegmentMapping(MemoryManager<byte> region)
{
    int _references = 1;

    public ReadOnlyMemory<byte> Bytes => region.Memory;

    public ReadOnlySpan<byte> Span => region.GetSpan();

    public bool TryAcquire()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            ((IDisposable)region).Dispose();
    }
}
