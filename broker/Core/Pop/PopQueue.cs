using Broker.Core.Offsets;
using Broker.Store.Queues;

namespace Broker.Core.Pop;

/// <summary>
/// What one group has popped of one queue and not dealt with yet. Its lock is the only one that pops and acks of this
/// queue need. The queue's offset is committed only as far as everything before it is acknowledged or in the revive
/// log,
/// so a crash loses nothing (protocol.md §4.10).
/// </summary>
sealed class PopQueue(PopGroup group, int queueId, ConsumerOffsets offsets)
{
    /// <summary>
    /// Checkpoints of one queue, the reference's popCkOffsetMaxQueueSize: beyond it the consumers of this queue must
    /// acknowledge before they get more, and cannot take the memory from other groups.
    /// </summary>
    public const int CheckpointsMax = 20_000;

    readonly Dictionary<CheckpointKey, Checkpoint> _known = [];
    Checkpoint? _firstOpen;
    Checkpoint? _lastOpen;

    /// <summary>Held while any other member is used, but <see cref="Group"/> and the like.</summary>
    public Lock Gate { get; } = new();

    public PopGroup Group { get; } = group;

    public int QueueId { get; } = queueId;

    public ConsumeQueue Log { get; } = group.Topic.Log.Queue(queueId);

    /// <summary>The batch that is out in ordered consumption; null before the first.</summary>
    public OrderedBatch? Ordered { get; set; }

    /// <summary>Checkpoints that are not done.</summary>
    public int Count => _known.Count;

    /// <summary>Offsets that wait for something before them.</summary>
    public int OpenCount { get; private set; }

    public bool IsFull => _known.Count >= CheckpointsMax;

    /// <summary>The committed offset, -1 when there is none.</summary>
    public long Committed => offsets.Query(Group.Group.NameUtf8, Group.Topic.NameUtf8, QueueId);

    /// <summary>The offset behind everything that was handed out; -1 when that is the committed one.</summary>
    public long HandedOut => _lastOpen?.NextOffset ?? -1;

    public void Commit(long offset) => offsets.Commit(Group.Group.NameUtf8, Group.Topic.NameUtf8, QueueId, offset);

    /// <summary>A pop handed messages out.</summary>
    public void Add(Checkpoint checkpoint)
    {
        _known[checkpoint.Key] = checkpoint;
        if (_lastOpen is null)
            _firstOpen = checkpoint;
        else
            _lastOpen.NextOpen = checkpoint;
        _lastOpen = checkpoint;
        OpenCount++;
    }

    /// <summary>A checkpoint that is in the revive log and does not hold the offset back.</summary>
    public void AddStored(Checkpoint checkpoint) => _known[checkpoint.Key] = checkpoint;

    public Checkpoint? Find(in CheckpointKey key) => _known.GetValueOrDefault(key);

    /// <summary>Nothing is left to do for a checkpoint.</summary>
    public void Remove(Checkpoint checkpoint)
    {
        checkpoint.State = CheckpointState.Done;
        _known.Remove(checkpoint.Key);
    }

    /// <summary>A pop found only messages that nobody wants: the next one begins behind them.</summary>
    public void Skip(long next)
    {
        if (_lastOpen is null)
            Commit(next);
        else
            _lastOpen.NextOffset = next;
    }

    /// <summary>Commits as far as everything is done or stored.</summary>
    public void Advance()
    {
        var next = -1L;
        while (
            _firstOpen is { State: CheckpointState.Stored or CheckpointState.Reviving or CheckpointState.Done } first
        )
        {
            next = first.NextOffset;
            _firstOpen = first.NextOpen;
            first.NextOpen = null;
            OpenCount--;
            first.Revive.Spare(first);
        }
        if (_firstOpen is null)
            _lastOpen = null;
        // Somebody may have moved the offset on meanwhile; it never goes back by an acknowledgement.
        if (next > Committed)
            Commit(next);
    }

    /// <summary>
    /// Forgets what was handed out and goes on at an offset that an administrator chose. What is in the revive log
    /// comes
    /// again all the same when its time is over.
    /// </summary>
    public void Reset(long offset)
    {
        for (var open = _firstOpen; open is not null; )
        {
            var next = open.NextOpen;
            open.NextOpen = null;
            open = next;
        }
        _firstOpen = _lastOpen = null;
        OpenCount = 0;
        Ordered = null;
        Commit(offset);
    }
}
