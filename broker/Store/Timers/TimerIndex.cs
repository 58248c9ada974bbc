using Broker.Store.Files;

namespace Broker.Store.Timers;

/// <summary>
/// The messages that wait for a time of day, in the order of their times: the newest few in memory, all others in
/// sorted files of which only the front is looked at, so a hundred million cost little more than a thousand. It
/// derives from the log: <see cref="Checkpoint"/> makes it durable as a whole, and what came after the last one is
/// found again behind <see cref="Next"/> and <see cref="DeliveredTo"/>. Not for delivering: that is the owner's.
/// </summary>
public sealed class TimerIndex : IDisposable
{
    /// <summary>Where messages wait, in queue 0, as with Apache (protocol.md §4.7).</summary>
    public const string Topic = "rmq_sys_wheel_timer";

    /// <summary>Records in memory before a checkpoint moves them to a file: 1 MB with the queue around them.</summary>
    public const int InMemoryMax = 16_384;

    /// <summary>
    /// Runs of one tier that are merged into one of the next. A hundred million records are then at most 35 files.
    /// </summary>
    const int MergedRuns = 8;

    readonly IFileSystem _files;
    readonly string _directory;
    readonly int _inMemoryMax;
    readonly Lock _gate = new();
    readonly PriorityQueue<TimerRecord, TimerRecord> _memory = new();
    readonly List<TimerRun> _runs = [];
    readonly List<TimerRecord> _held = [];
    readonly List<TimerRun> _obsolete = [];
    TimerMerge? _merge;
    long _nextNumber;
    long _next;
    long _minTaken = long.MaxValue;
    bool _isChanged;

    internal TimerIndex(IFileSystem files, string rootDirectory, int inMemoryMax = InMemoryMax)
    {
        _files = files;
        _inMemoryMax = inMemoryMax;
        _directory = Path.Combine(rootDirectory, "timers");
        files.CreateDirectory(_directory);
        Load();
    }

    /// <summary>Nothing is known, not even that nothing waits: it must be built from the log.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Whether somebody works through it; its messages keep their log segments then.</summary>
    public bool IsActive { get; set; }

    /// <summary>The first offset of the waiting messages' queue that is not in here yet.</summary>
    public QueueOffset Next
    {
        get => new(Interlocked.Read(ref _next));
        set
        {
            _isChanged |= value.Value != _next;
            Interlocked.Exchange(ref _next, value.Value);
        }
    }

    /// <summary>Log position of the last checkpoint: whatever was delivered behind it may still be in here.</summary>
    public LogPosition DeliveredTo { get; private set; }

    /// <summary>What the owner gave with the last checkpoint.</summary>
    public ReadOnlyMemory<byte> Attachment { get; private set; }

    /// <summary>Records that wait.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
                return _memory.Count + _runs.Sum(run => run.Remaining);
        }
    }

    /// <summary>Files that records are in.</summary>
    public int RunCount
    {
        get
        {
            lock (_gate)
                return _runs.Count;
        }
    }

    /// <summary>It is time for a <see cref="Checkpoint"/>: memory is full.</summary>
    public bool IsFull => _memory.Count >= _inMemoryMax;

    /// <summary>Whether a checkpoint would write anything new.</summary>
    public bool IsChanged => _isChanged;

    /// <summary>Puts a record in its place.</summary>
    public void Add(in TimerRecord record)
    {
        lock (_gate)
        {
            _memory.Enqueue(record, record);
            _isChanged = true;
        }
    }

    /// <summary>The record that is next in time; false when none waits.</summary>
    public bool TryPeek(out TimerRecord record)
    {
        lock (_gate)
            return TryFindFirst(out record, out _);
    }

    /// <summary>Takes the next record if it is due at the time (ms since 1970).</summary>
    public bool TryTake(long nowMs, out TimerRecord record)
    {
        lock (_gate)
        {
            if (!TryFindFirst(out record, out var run) || record.DueMs > nowMs)
                return false;
            if (run is null)
                _memory.Dequeue();
            else
                run.Advance();
            _minTaken = Math.Min(_minTaken, record.Position.Value);
            return _isChanged = true;
        }
    }

    /// <summary>What was taken so far is done with: its messages need no longer be kept.</summary>
    public void Settle()
    {
        lock (_gate)
            _minTaken = long.MaxValue;
    }

    /// <summary>
    /// Keeps a record that was taken until <see cref="Release"/>: a restart finds it among the waiting again.
    /// </summary>
    public void Hold(in TimerRecord record)
    {
        lock (_gate)
            _held.Add(record);
    }

    /// <summary>Puts the records that are held back among the waiting: their holder begins anew.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            foreach (var record in _held)
                _memory.Enqueue(record, record);
            _held.Clear();
        }
    }

    /// <summary>Forgets the records that are held and were due before the time.</summary>
    public void Release(long beforeMs)
    {
        lock (_gate)
            _isChanged |= _held.RemoveAll(record => record.DueMs < beforeMs) > 0;
    }

    /// <summary>
    /// Makes everything durable. Whatever was taken so far must be in the log below the position, durably, and nothing
    /// that was not taken may be behind it.
    /// </summary>
    /// <exception cref="IOException">They cannot be written; the last checkpoint is still the valid one.</exception>
    public void Checkpoint(LogPosition deliveredTo, ReadOnlyMemory<byte> attachment)
    {
        lock (_gate)
        {
            MoveToFileIfFull();
            RemoveFinished();
            var state = new TimerState(
                Next.Value,
                deliveredTo.Value,
                [.. _runs.Select(run => run.Info)],
                [.. _memory.UnorderedItems.Select(item => item.Element), .. _held],
                attachment.ToArray()
            );
            state.Write(_files, _directory);
            DeliveredTo = deliveredTo;
            Attachment = attachment;
            IsNew = false;
            _isChanged = false;
            Delete(_obsolete);
            _obsolete.Clear();
        }
    }

    /// <summary>
    /// Makes room in memory without a checkpoint, for as long as there can be none: a restart begins where the last one
    /// was.
    /// </summary>
    public void Spill()
    {
        lock (_gate)
            MoveToFileIfFull();
    }

    /// <summary>
    /// Copies up to so many records from smaller files to a larger one; false when there is no need to.
    /// </summary>
    public bool Merge(int records)
    {
        lock (_gate)
        {
            if (_merge is null && !TryBeginMerge())
                return false;
            try
            {
                if (_merge!.Copy(records))
                    EndMerge(_merge);
            }
            catch (IOException)
            {
                // The old files are still whole; a disk with more room lets the next one succeed.
                _merge!.Dispose();
                _merge = null;
                throw;
            }
            return true;
        }
    }

    /// <summary>Forgets everything, to be built anew. Durable with the next checkpoint.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _merge?.Dispose();
            _merge = null;
            _memory.Clear();
            _held.Clear();
            _obsolete.AddRange(_runs);
            _runs.Clear();
            _next = 0;
            IsNew = true;
            Attachment = default;
        }
    }

    /// <summary>
    /// The smallest queue offset of a waiting message, or <see cref="Next"/> when none waits; after merges possibly
    /// less.
    /// </summary>
    public QueueOffset MinQueueOffset()
    {
        lock (_gate)
        {
            var min = Next.Value;
            foreach (var (record, _) in _memory.UnorderedItems)
                min = Math.Min(min, record.QueueOffset.Value);
            foreach (var run in _runs)
                min = run.IsAtEnd ? min : Math.Min(min, run.MinQueueOffset);
            return new QueueOffset(min);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _merge?.Dispose();
            foreach (var run in _runs.Concat(_obsolete))
                run.Dispose();
        }
    }

    /// <summary>
    /// The smallest log position of a waiting message. Exact below the limit; above it something not below the limit.
    /// </summary>
    internal long MinPosition(long limit)
    {
        lock (_gate)
        {
            var min = _minTaken;
            foreach (var (record, _) in _memory.UnorderedItems)
                min = Math.Min(min, record.Position.Value);
            foreach (var record in _held)
                min = Math.Min(min, record.Position.Value);
            foreach (var run in _runs)
                min = run.IsAtEnd ? min : Math.Min(min, run.MinPosition(limit));
            return min;
        }
    }

    bool TryFindFirst(out TimerRecord first, out TimerRun? source)
    {
        source = null;
        var found = _memory.TryPeek(out first, out _);
        foreach (var run in _runs)
        {
            if (run.IsAtEnd || (found && run.Head >= first))
                continue;
            (found, first, source) = (true, run.Head, run);
        }
        return found;
    }

    void MoveToFileIfFull()
    {
        if (!IsFull)
            return;
        using var writer = new TimerRunWriter(_files, _directory, _nextNumber++, tier: 0);
        var records = _memory.UnorderedItems.Select(item => item.Element).ToArray();
        Array.Sort(records);
        foreach (var record in records)
            writer.Add(record);
        _runs.Add(writer.Finish(taken: 0));
        _memory.Clear();
    }

    bool TryBeginMerge()
    {
        var tier = _runs.GroupBy(run => run.Tier).FirstOrDefault(tier => tier.Count() >= MergedRuns);
        if (tier is null)
            return false;
        _merge = new TimerMerge(_files, _directory, _nextNumber++, [.. tier]);
        return true;
    }

    void EndMerge(TimerMerge merge)
    {
        _runs.Add(merge.Finish());
        foreach (var run in merge.Runs)
        {
            _runs.Remove(run);
            _obsolete.Add(run);
        }
        merge.Dispose();
        _merge = null;
        _isChanged = true;
    }

    /// <summary>Runs that are read to their ends go; those of a merge with it.</summary>
    void RemoveFinished()
    {
        var merged = _merge?.Runs;
        foreach (var run in _runs.Where(run => run.IsAtEnd && merged?.Contains(run) != true).ToArray())
        {
            _runs.Remove(run);
            _obsolete.Add(run);
        }
    }

    void Delete(List<TimerRun> runs)
    {
        foreach (var run in runs)
        {
            run.Dispose();
            _files.DeleteFile(run.Path);
        }
    }

    void Load()
    {
        try
        {
            IsNew = !TryAdopt(TimerState.Read(_files, _directory));
        }
        catch (IOException)
        {
            // A file of the state's is missing or too short: the log still has everything.
            Clear();
        }
        var known = _runs.Select(run => run.Path).ToHashSet();
        foreach (var path in _files.Files(_directory))
        {
            if (long.TryParse(Path.GetFileName(path), out _) && !known.Contains(path))
                _files.DeleteFile(path);
        }
    }

    bool TryAdopt(TimerState? state)
    {
        if (state is null)
            return false;
        foreach (var info in state.Runs)
        {
            _runs.Add(new TimerRun(_files, _directory, info));
            _nextNumber = Math.Max(_nextNumber, info.Number + 1);
        }
        foreach (var record in state.Records)
            _memory.Enqueue(record, record);
        _next = state.Next;
        DeliveredTo = new LogPosition(state.DeliveredTo);
        Attachment = state.Attachment;
        return true;
    }
}
