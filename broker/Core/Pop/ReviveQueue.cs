using System.Collections.Concurrent;
using Broker.Core.Offsets;
using Broker.Core.Waiting;
using Broker.Store;
using Broker.Store.Queues;

namespace Broker.Core.Pop;

/// <summary>
/// One queue of the revive log and the checkpoints that belong to it: when each is looked at next, and which of those
/// in
/// the log are not done. The oldest of these is how far the log is dealt with; a start reads from there.
/// </summary>
sealed class ReviveQueue(int queueId, ConsumeQueue log)
{
    /// <summary>Checkpoints that are kept for later use; what is more is left to the collector.</summary>
    const int SparesMax = 10_000;

    /// <summary>Marks a checkpoint that is in no heap because somebody works on it.</summary>
    const int Taken = -2;

    const int Nowhere = -1;

    readonly Lock _gate = new();
    readonly DeadlineHeap<Checkpoint> _times = new();
    readonly ConcurrentQueue<Checkpoint> _appended = new();
    Checkpoint? _spares;
    int _spareCount;
    Checkpoint? _firstStored;
    Checkpoint? _lastStored;
    long _settled;
    int _underWay;
    long _committed = QueueOffsets.None;

    public int QueueId { get; } = queueId;

    public ConsumeQueue Log { get; } = log;

    /// <summary>Everything in front was read or written by this process.</summary>
    public long ReadTo { get; private set; }

    /// <summary>Checkpoints that wait for their time.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _times.Count;
        }
    }

    /// <summary>Records between the oldest checkpoint that is not done and the end of the log.</summary>
    public long Behind => Math.Max(0, Log.MaxOffset.Value - Math.Max(0, Interlocked.Read(ref _committed) + 1));

    /// <summary>The pop time of the oldest checkpoint in the log, ms since 1970; 0 when there is none.</summary>
    public long OldestReviveTime
    {
        get
        {
            lock (_gate)
                return _firstStored?.ReviveTime ?? 0;
        }
    }

    /// <summary>An unused checkpoint.</summary>
    public Checkpoint Rent()
    {
        lock (_gate)
        {
            if (_spares is not { } spare)
                return new Checkpoint(this);
            _spares = spare.NextSpare;
            _spareCount--;
            return spare;
        }
    }

    /// <summary>Keeps a checkpoint for later use if nothing else knows it any more.</summary>
    public void Spare(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            var isFree =
                checkpoint is { State: CheckpointState.Done, HeapIndex: Nowhere, ReviveOffset: < 0, NextSpare: null }
                && !ReferenceEquals(checkpoint, _spares);
            if (!isFree || _spareCount >= SparesMax)
                return;
            checkpoint.NextSpare = _spares;
            _spares = checkpoint;
            _spareCount++;
        }
    }

    /// <summary>Has a checkpoint looked at at a time, ms since 1970.</summary>
    public void Schedule(Checkpoint checkpoint, long time)
    {
        lock (_gate)
        {
            checkpoint.DeadlineMs = time;
            _times.Add(checkpoint);
        }
    }

    /// <summary>A checkpoint is done.</summary>
    public void Forget(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            if (checkpoint.HeapIndex >= 0)
            {
                _times.Remove(checkpoint);
                checkpoint.HeapIndex = Nowhere;
            }
            UnlinkLocked(checkpoint);
        }
    }

    /// <summary>Takes those whose time has come, up to a number; the caller works on them.</summary>
    public void TakeDue(long now, List<Checkpoint> due, int max)
    {
        lock (_gate)
        {
            while (due.Count < max && _times.First is { } first && first.DeadlineMs <= now)
            {
                _times.Remove(first);
                first.HeapIndex = Taken;
                due.Add(first);
            }
        }
    }

    /// <summary>A checkpoint's record is in the log. To be called in the order of the log.</summary>
    public void AddStored(Checkpoint checkpoint, long reviveOffset)
    {
        lock (_gate)
        {
            checkpoint.ReviveOffset = reviveOffset;
            checkpoint.PreviousStored = _lastStored;
            if (_lastStored is null)
                _firstStored = checkpoint;
            else
                _lastStored.NextStored = checkpoint;
            _lastStored = checkpoint;
        }
    }

    /// <summary>A record is about to be written.</summary>
    public void Begin() => Interlocked.Increment(ref _underWay);

    /// <summary>The store took it not, or has ended it.</summary>
    public void Settled(AppendStatus outcome)
    {
        if (outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
            Interlocked.Increment(ref _settled);
        Interlocked.Decrement(ref _underWay);
    }

    /// <summary>A checkpoint's record has ended; the rest is dealt with at the next beat.</summary>
    public void Appended(Checkpoint checkpoint)
    {
        // Before it counts as settled: the progress must not pass a record that nobody knows yet.
        if (checkpoint.Outcome is AppendStatus.Stored or AppendStatus.FlushTimeout)
            AddStored(checkpoint, checkpoint.QueueOffset.Value);
        _appended.Enqueue(checkpoint);
        Settled(checkpoint.Outcome);
    }

    public bool TryNextAppended(out Checkpoint checkpoint) => _appended.TryDequeue(out checkpoint!);

    /// <summary>Whether the store has records that it has not answered yet.</summary>
    public bool IsUnderWay => Volatile.Read(ref _underWay) > 0;

    bool IsWriting => IsUnderWay || !_appended.IsEmpty;

    /// <summary>
    /// Where records begin that somebody else wrote - a timer of an adopted folder -: the log has grown by more than
    /// this
    /// process wrote. False when there are none, or when that cannot be told because a record is under way.
    /// </summary>
    public bool TryFindForeign(out long from, out long to)
    {
        from = ReadTo;
        to = Log.MaxOffset.Value;
        if (IsWriting)
            return false;
        var own = Interlocked.Read(ref _settled);
        if (own > 0 && to - from == own && !IsWriting && Interlocked.CompareExchange(ref _settled, 0, own) == own)
        {
            ReadTo = to;
            return false;
        }
        return to - from > own;
    }

    /// <summary>Everything in front of an offset was read.</summary>
    public void HasRead(long to)
    {
        Interlocked.Exchange(ref _settled, 0);
        ReadTo = to;
    }

    /// <summary>The last offset that need not be read again after a restart.</summary>
    public long Progress()
    {
        lock (_gate)
            return (_firstStored?.ReviveOffset ?? ReadTo) - 1;
    }

    /// <summary>Remembers what was committed; false when it is no news.</summary>
    public bool Commit(long offset) => Interlocked.Exchange(ref _committed, offset) != offset && offset >= 0;

    /// <summary>Forgets everything: the log is read anew.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            while (_times.First is { } first)
                _times.Remove(first);
            _firstStored = _lastStored = _spares = null;
            _spareCount = 0;
        }
        while (_appended.TryDequeue(out _)) { }
        HasRead(0);
    }

    void UnlinkLocked(Checkpoint checkpoint)
    {
        var isStored = checkpoint.PreviousStored is not null || ReferenceEquals(checkpoint, _firstStored);
        if (!isStored)
            return;
        if (checkpoint.PreviousStored is null)
            _firstStored = checkpoint.NextStored;
        else
            checkpoint.PreviousStored.NextStored = checkpoint.NextStored;
        if (checkpoint.NextStored is null)
            _lastStored = checkpoint.PreviousStored;
        else
            checkpoint.NextStored.PreviousStored = checkpoint.PreviousStored;
        checkpoint.PreviousStored = checkpoint.NextStored = null;
    }
}
