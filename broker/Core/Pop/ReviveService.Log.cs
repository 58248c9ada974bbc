using System.Text;
using Broker.Protocol.Messages;
using Broker.Store;

namespace Broker.Core.Pop;

/// <content>Reading the revive log, and leaving it complete.</content>
sealed partial class ReviveService
{
    /// <summary>How long a stop waits for the disk.</summary>
    static readonly TimeSpan WriteOutWait = TimeSpan.FromSeconds(5);

    readonly QueueEntry[] _entries = new QueueEntry[32];
    readonly ReadResult _read = new();

    void Load()
    {
        _groups.Clear();
        long records = 0;
        foreach (var queue in _log.Queues)
        {
            queue.Clear();
            var from = _node.Offsets.Query(PopTopics.ReviveGroup, queue.Log.Topic.NameBytes.Span, queue.QueueId) + 1;
            from = Math.Max(from, queue.Log.MinOffset.Value);
            var to = queue.Log.MaxOffset.Value;
            Read(queue, from, to);
            records += Math.Max(0, to - from);
        }
        PopLog.Loaded(_logger, records, _log.Queues.Sum(queue => queue.Count));
    }

    /// <summary>Takes over what the records in [from, to) say; what is known already stays as it is.</summary>
    void Read(ReviveQueue queue, long from, long to)
    {
        for (var offset = from; offset < to; )
        {
            var count = _node.Store.ReadEntries(queue.Log, new QueueOffset(offset), _entries);
            if (count == 0)
                break;
            for (var i = 0; i < count && offset < to; i++, offset++)
                Read(queue, offset, _entries[i]);
        }
        queue.HasRead(to);
    }

    void Read(ReviveQueue queue, long offset, in QueueEntry entry)
    {
        ReviveRecord? record = null;
        if (_node.Store.TryRead(queue.Log, new QueueOffset(offset), entry, _read))
        {
            if (MessageView.Read(_read.Slices[0].Bytes.Span, out var message) == MessageProblem.None)
                record = ReviveRecord.Read(message);
            _read.Release();
        }
        if (record is null)
        {
            PopLog.NoRecord(_logger, queue.QueueId, offset);
            return;
        }
        _meters.Read(record.IsCheckpoint);
        // What belongs to a topic or group that was deleted meanwhile is nobody's any more.
        if (!_groups.TryGet(Encoding.UTF8.GetBytes(record.Topic), Encoding.UTF8.GetBytes(record.Group), out var group))
            return;
        var popped = group.Queue(record.QueueId);
        lock (popped.Gate)
        {
            var known = popped.Find(record.Key);
            if (!record.IsCheckpoint && known is not null)
                Ack(known, record);
            else if (record.IsCheckpoint && known is null)
                Add(queue, popped, record, offset);
        }
    }

    static void Ack(Checkpoint checkpoint, ReviveRecord record)
    {
        foreach (var offset in record.AckedOffsets)
        {
            if (checkpoint.IndexOf(offset) is >= 0 and var index && checkpoint.Ack(index))
                checkpoint.Logged |= 1u << index;
        }
        if (!checkpoint.IsAcked || checkpoint.State != CheckpointState.Stored)
            return;
        checkpoint.Queue.Remove(checkpoint);
        checkpoint.Revive.Forget(checkpoint);
    }

    static void Add(ReviveQueue queue, PopQueue popped, ReviveRecord record, long reviveOffset)
    {
        var checkpoint = new Checkpoint(queue);
        checkpoint.Begin(
            popped,
            new PopPlace(record.Key.StartOffset, record.Key.PopTime, record.InvisibleMs, queue.QueueId)
        );
        foreach (var offset in record.Offsets)
            checkpoint.Add(offset);
        checkpoint.Ack(record.Acked);
        if (checkpoint.IsAcked)
            return;
        checkpoint.Logged = checkpoint.Acked;
        checkpoint.State = CheckpointState.Stored;
        popped.AddStored(checkpoint);
        queue.AddStored(checkpoint, reviveOffset);
        queue.Schedule(checkpoint, DueTime(checkpoint));
    }

    /// <summary>Writes every checkpoint that is only in memory, as far as the store takes them.</summary>
    async Task WriteOutAsync(ReviveQueue queue)
    {
        var all = new List<Checkpoint>();
        queue.TakeDue(long.MaxValue, all, int.MaxValue);
        var now = _log.Now;
        var stored = new List<Checkpoint>();
        foreach (var checkpoint in all)
        {
            if (checkpoint.State == CheckpointState.Fresh)
                Handle(checkpoint, now);
            else
                stored.Add(checkpoint);
        }
        _node.Store.EndOfBatch();
        foreach (var checkpoint in stored.Where(one => one.State == CheckpointState.Stored))
            queue.Schedule(checkpoint, DueTime(checkpoint));
        using var limit = new CancellationTokenSource(WriteOutWait, _node.Time);
        while (queue.IsUnderWay && !limit.IsCancellationRequested)
            await Task.Yield();
        Settle(queue);
        _ = queue.TryFindForeign(out _, out _);
        Commit(queue);
    }
}
