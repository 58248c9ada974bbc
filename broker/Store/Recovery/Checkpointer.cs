using Broker.Protocol.Messages;
using Broker.Store.Files;
using Broker.Store.Index;
using Broker.Store.Log;
using Broker.Store.Queues;

namespace Broker.Store.Recovery;

/// <summary>
/// Makes log, queues and index durable, in this order, and notes it in the checkpoint. Often enough that a recovery has
/// little to repeat. Of very many queues only those are written that have kept entries to themselves for long: most are
/// written before, when their memory is nearly full, and a file opened for each is what it costs. The checkpoint then
/// stays behind, and a recovery repeats half a minute.
/// </summary>
sealed class Checkpointer(
    StoreOptions options,
    IFileSystem files,
    LogWriter writer,
    Delivery delivery,
    QueueTable queues,
    KeyIndex? index,
    LogReader reader,
    Checkpoint last,
    TimeProvider time,
    Action<Exception> failed
)
{
    /// <summary>
    /// The rest after a checkpoint, in times of its length: writing the queues may take a tenth of a disk and a core,
    /// not all of it. It matters with tens of thousands of busy queues, where one takes seconds.
    /// </summary>
    const int RestFactor = 9;

    /// <summary>What a recovery repeats at most, besides the usual interval and what queues keep.</summary>
    static readonly TimeSpan RestMax = TimeSpan.FromSeconds(10);

    /// <summary>How long one of very many queues may keep entries to itself.</summary>
    static readonly TimeSpan KeptMax = TimeSpan.FromSeconds(20);

    /// <summary>Messages of more bytes than this together are not summed up at each checkpoint.</summary>
    const long TailBytesMax = 1 << 20;

    readonly Lock _gate = new();
    readonly Queue<long> _boundaries = new();
    readonly DeliveryHistory _history = new(time, KeptMax, last);
    long _verify = last.VerifyPosition;
    long _noted = -1;
    long _restsFrom = time.GetTimestamp();
    TimeSpan _rest;
    bool _isBroken;

    /// <summary>
    /// A checkpoint of those that are written at intervals: left out while the last one's rest goes on, and when
    /// nothing was stored or indexed since.
    /// </summary>
    public void WriteRegular()
    {
        lock (_gate)
            queues.RestIdle();
        _history.Note(delivery.DeliveredPosition, DeliveredTimestamp());
        if (time.GetElapsedTime(_restsFrom) < _rest)
            return;
        var began = time.GetTimestamp();
        Write(always: false, queues.ChangedCount > options.QueuesWrittenMax ? _history.OldPosition : long.MaxValue);
        _restsFrom = time.GetTimestamp();
        var rest = RestFactor * time.GetElapsedTime(began, _restsFrom);
        _rest = rest < RestMax ? rest : RestMax;
    }

    /// <summary>Of all queues. Does nothing when nothing was stored or indexed since the last time.</summary>
    public void Write(bool always) => Write(always, long.MaxValue);

    void Write(bool always, long queuesBefore)
    {
        lock (_gate)
        {
            var delivered = delivery.DeliveredPosition;
            var timestamp = DeliveredTimestamp();
            var indexed = index?.IndexedPosition ?? 0;
            if (_isBroken || (!always && delivered + indexed == _noted && queues.ChangedCount == 0))
                return;
            var durable = writer.Sync();
            var writtenTo = SyncQueues(queuesBefore);
            var isBehind = writtenTo < delivered;
            var checkpoint = new Checkpoint
            {
                LogTimestamp = timestamp,
                QueueTimestamp = isBehind ? _history.TimestampBefore(writtenTo) : timestamp,
                DurablePosition = durable,
                VerifyPosition = VerifyPositionFor(durable),
                DeliveredPosition = isBehind ? writtenTo : delivered,
                Tail = Tail(durable),
            };
            index?.Flush(checkpoint);
            checkpoint.Write(files, options.RootDirectory);
            _noted = delivered + indexed;
        }
    }

    long DeliveredTimestamp() => delivery.DeliveredTimestamp is > 0 and var timestamp ? timestamp : last.LogTimestamp;

    /// <summary>
    /// Makes durable what queues have in front of the position; returns from where on entries may be missing.
    /// </summary>
    long SyncQueues(long before)
    {
        var written = queues.WriteOut(before, out var writtenTo);
        try
        {
            queues.Sync(written);
            return writtenTo;
        }
        catch (IOException e) when (!FileCache.IsOutOfHandles(e))
        {
            // The next sync would not say what this one lost, and a checkpoint would promise it.
            _isBroken = true;
            failed(e);
            throw;
        }
    }

    /// <summary>The newest earlier durable end that is far enough in front of this one.</summary>
    long VerifyPositionFor(long durable)
    {
        _boundaries.Enqueue(durable);
        while (_boundaries.TryPeek(out var oldest) && oldest <= durable - options.VerifyTailBytes)
            _verify = _boundaries.Dequeue();
        return Math.Max(_verify, reader.MinPosition);
    }

    List<(long Position, uint Crc)> Tail(long durable)
    {
        var tail = new List<(long, uint)>();
        var bytes = 0L;
        var positions = delivery.Recent.Below(durable);
        for (var i = positions.Count - 1; i >= 0 && bytes < TailBytesMax; i--)
        {
            if (!reader.TryAcquireMessage(positions[i], out var mapping, out var offset, out var size))
                continue;
            tail.Add((positions[i], Crc32.Compute(mapping.Span.Slice(offset, size))));
            bytes += size;
            mapping.Release();
        }

        tail.Reverse();
        return tail;
    }
}
