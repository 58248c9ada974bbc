using System.Buffers;
using System.Collections.Concurrent;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// The messages of one answer, from several queues: slices of mapped segments, and retries that were written anew under
/// the name of the topic that the consumer subscribed to. Also holds the texts of the answer. Pooled.
/// </summary>
sealed class PoppedMessages(ConcurrentQueue<PoppedMessages> pool) : IReplyBody
{
    /// <summary>As many answers as can wait for slow sockets at a time; some hundred bytes each.</summary>
    const int PooledMax = 4096;

    /// <summary>A buffer that a large retry made longer than this is not kept.</summary>
    const int KeptBytesMax = 256 * 1024;

    /// <summary>Entries that one pop looks at: a few ms where each message is read for its filter.</summary>
    const int ScannedMax = 3_200;

    readonly List<ReadResult> _reads = [];
    readonly List<Piece> _pieces = [];
    ArrayBufferWriter<byte> _rewritten = new();
    int _readCount;

    /// <summary>The offsets of the messages of the queue that was read last.</summary>
    public List<long> Offsets { get; } = [];

    /// <summary>Where the pop began, per queue.</summary>
    public ArrayBufferWriter<byte> StartOffsetInfo { get; } = new();

    /// <summary>Which messages there are, per queue.</summary>
    public ArrayBufferWriter<byte> MsgOffsetInfo { get; } = new();

    /// <summary>How often messages were handed out before, per queue and message.</summary>
    public ArrayBufferWriter<byte> OrderCountInfo { get; } = new();

    /// <summary>A handle on its way into a message.</summary>
    public ArrayBufferWriter<byte> Handle { get; } = new();

    /// <summary>Messages so far.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Entries of queues that were looked at, wanted or not.</summary>
    public long Scanned { get; set; }

    /// <summary>The queues that are left have to wait for the next request.</summary>
    public bool IsSpent => Scanned >= ScannedMax;

    /// <summary>Messages that wait in the queues that were looked at, and are not in this answer.</summary>
    public long Rest { get; set; }

    public int Length { get; private set; }

    public int SliceCount => _pieces.Count;

    public ReadOnlyMemory<byte> Slice(int index)
    {
        var piece = _pieces[index];
        return piece.IsRewritten ? _rewritten.WrittenMemory.Slice(piece.Start, piece.Length) : piece.Mapped;
    }

    public static PoppedMessages Rent(ConcurrentQueue<PoppedMessages> pool) =>
        pool.TryDequeue(out var used) ? used : new PoppedMessages(pool);

    /// <summary>A result for the next read; it is released with the answer.</summary>
    public ReadResult NextRead()
    {
        if (_readCount == _reads.Count)
            _reads.Add(new ReadResult());
        return _reads[_readCount++];
    }

    /// <summary>Adds what was read as it is.</summary>
    public void Add(ReadResult read)
    {
        foreach (var slice in read.Slices)
            _pieces.Add(new Piece(slice.Bytes, 0, slice.Bytes.Length, IsRewritten: false));
        MessageCount += read.MessageCount;
        Length += read.ByteCount;
    }

    /// <summary>Room to write one message anew; <see cref="EndRewritten"/> ends it.</summary>
    public Span<byte> BeginRewritten(int size) => _rewritten.GetSpan(size)[..size];

    /// <summary>See <see cref="BeginRewritten"/>.</summary>
    public void EndRewritten(int size)
    {
        _pieces.Add(new Piece(default, _rewritten.WrittenCount, size, IsRewritten: true));
        _rewritten.Advance(size);
        MessageCount++;
        Length += size;
    }

    public void Release()
    {
        for (var i = 0; i < _readCount; i++)
            _reads[i].Release();
        _readCount = 0;
        _pieces.Clear();
        Offsets.Clear();
        StartOffsetInfo.ResetWrittenCount();
        MsgOffsetInfo.ResetWrittenCount();
        OrderCountInfo.ResetWrittenCount();
        MessageCount = 0;
        Length = 0;
        Rest = 0;
        Scanned = 0;
        if (_rewritten.Capacity > KeptBytesMax)
            _rewritten = new ArrayBufferWriter<byte>();
        else
            _rewritten.ResetWrittenCount();
        if (pool.Count < PooledMax)
            pool.Enqueue(this);
    }

    readonly record struct Piece(ReadOnlyMemory<byte> Mapped, int Start, int Length, bool IsRewritten);
}
