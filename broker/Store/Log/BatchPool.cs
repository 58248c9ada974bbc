namespace Broker.Store.Log;

/// <summary>
/// The buffers of batches, pinned so that writing them needs no copy, and never more than a few: who finds none must
/// wait for the writer. Not for concurrent use: the log's lock guards it.
/// </summary>
sealed class BatchPool
{
    /// <summary>
    /// Large enough that a write costs little beside copying (1 MiB and 64 KiB differ by a quarter), small enough for
    /// the cache.
    /// </summary>
    public const int BufferBytes = 1 << 20;

    /// <summary>
    /// One being filled, one being written, and what 64 senders of 64 KiB gather during a slow flush: 8 MiB.
    /// </summary>
    const int BuffersMax = 8;

    /// <summary>Buffers for messages that are larger than a buffer; each may take more than 4 MiB.</summary>
    const int LargeBuffersMax = 2;

    readonly Stack<byte[]> _buffers = new();
    readonly Stack<Batch> _batches = new();
    int _taken;
    int _largeTaken;
    byte[]? _spareLarge;

    /// <summary>A buffer of at least <paramref name="size"/> bytes; null when all are in use.</summary>
    public byte[]? TryTakeBuffer(int size)
    {
        if (size > BufferBytes)
            return TryTakeLarge(size);
        if (_buffers.TryPop(out var buffer))
            return buffer;
        if (_taken == BuffersMax)
            return null;
        _taken++;
        return GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    }

    public void ReturnBuffer(byte[] buffer)
    {
        if (buffer.Length > BufferBytes)
        {
            _largeTaken--;
            _spareLarge = buffer;
        }
        else if (buffer.Length > 0)
        {
            _buffers.Push(buffer);
        }
    }

    public Batch TakeBatch() => _batches.TryPop(out var batch) ? batch : new Batch();

    public void ReturnBatch(Batch batch)
    {
        batch.Clear();
        if (_batches.Count < 2 * BuffersMax)
            _batches.Push(batch);
    }

    byte[]? TryTakeLarge(int size)
    {
        if (_largeTaken == LargeBuffersMax)
            return null;
        _largeTaken++;
        if (_spareLarge is { } spare && spare.Length >= size)
        {
            _spareLarge = null;
            return spare;
        }

        return GC.AllocateUninitializedArray<byte>(size, pinned: true);
    }
}
