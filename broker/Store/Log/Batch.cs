using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>
/// Messages that are written by one call: their bytes, neighbours in one segment, and who waits for them. The bytes are
/// given back as soon as they are written, the entries once the last completion was called.
/// </summary>
sealed class Batch
{
    BatchEntry[] _entries = new BatchEntry[64];
    bool _isWritten;

    /// <summary>The bytes to write; empty once they were written and the buffer was given back.</summary>
    public byte[] Buffer { get; private set; } = [];

    public int Length { get; private set; }

    public int Count { get; private set; }

    /// <summary>The first entry that is still to be delivered.</summary>
    public int Delivered { get; set; }

    public Segment Segment { get; private set; } = null!;

    /// <summary>Log position of the first byte.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Log position behind the batch: behind its last byte or, after a roll, the next segment's first.
    /// </summary>
    public long EndPosition { get; private set; }

    /// <summary>
    /// The bytes are in the page cache, or never will be. Until then the writer uses the batch, whoever else knows it.
    /// </summary>
    public bool IsWritten
    {
        get => Volatile.Read(ref _isWritten);
        set => Volatile.Write(ref _isWritten, value);
    }

    /// <summary>Room for messages; a filler always fits besides.</summary>
    public int Free => Buffer.Length - MessageLayout.EndOfFileBytes - Length;

    public Span<BatchEntry> Entries => _entries.AsSpan(0, Count);

    public void Begin(byte[] buffer, Segment segment, long position)
    {
        Buffer = buffer;
        Segment = segment;
        Position = EndPosition = position;
        Length = Count = Delivered = 0;
        IsWritten = false;
    }

    /// <summary>Takes room for bytes that the caller fills in.</summary>
    public Span<byte> Take(int size)
    {
        var taken = Buffer.AsSpan(Length, size);
        Length += size;
        EndPosition += size;
        return taken;
    }

    public ref BatchEntry AddEntry()
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        return ref _entries[Count++];
    }

    public void EndSegmentAt(long position) => EndPosition = position;

    /// <summary>Gives up the buffer, which was written or will never be.</summary>
    public byte[] TakeBuffer()
    {
        var buffer = Buffer;
        Buffer = [];
        return buffer;
    }

    /// <summary>Drops the references that would keep queues and completions alive in the pool.</summary>
    public void Clear()
    {
        Entries.Clear();
        Count = 0;
    }
}
