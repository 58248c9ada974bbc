namespace Broker.Store.Log;

/// <summary>
/// Writes what the log gathered, one call at a time, and makes it durable. With asynchronous flush whoever comes first
/// writes for all (flat combining): a lone sender pays no change of thread, and under load one write carries many
/// messages. With synchronous flush a thread of its own does it, with one fdatasync for all that had gathered
/// meanwhile.
/// </summary>
sealed class LogWriter : IDisposable, IThreadPoolWorkItem
{
    /// <summary>
    /// A thread that came to store its own message serves others this often before a pool thread takes over.
    /// </summary>
    const int RoundsMax = 8;

    readonly CommitLog _log;
    readonly SegmentList _segments;
    readonly Delivery _delivery;
    readonly Action<Exception> _failed;
    readonly Action<long> _reached;
    readonly Action _roomMade;
    readonly Action _roundEnded;
    readonly StoreMeters _meters;
    readonly bool _syncs;
    readonly Lock _syncGate = new();
    readonly List<Batch> _taken = [];
    readonly SemaphoreSlim _wake = new(0);
    readonly Thread? _thread;
    int _calls;
    long _written;
    long _durable;
    volatile bool _stopped;
    volatile bool _broken;

    /// <summary>Begins behind what a recovery found; starts the thread of a synchronously flushed log.</summary>
    /// <param name="log">Where messages gather.</param>
    /// <param name="segments">Where they are written.</param>
    /// <param name="delivery">Who is told what is stored.</param>
    /// <param name="reached">Told how far the log was written, before anybody is answered.</param>
    /// <param name="roomMade">Called whenever buffers are free again.</param>
    /// <param name="roundEnded">Called between two rounds: what the first one answered should not wait.</param>
    /// <param name="options">The settings; only the flush mode counts.</param>
    /// <param name="end">The log's end, all of which is durable.</param>
    /// <param name="meters">Counts writes and flushes.</param>
    /// <param name="failed">Called once when the log cannot be written: nothing is written afterwards.</param>
    public LogWriter(
        CommitLog log,
        SegmentList segments,
        Delivery delivery,
        Action<long> reached,
        Action roomMade,
        Action roundEnded,
        StoreOptions options,
        long end,
        StoreMeters meters,
        Action<Exception> failed
    )
    {
        _log = log;
        _segments = segments;
        _delivery = delivery;
        _reached = reached;
        _roomMade = roomMade;
        _roundEnded = roundEnded;
        _meters = meters;
        _failed = failed;
        _written = _durable = end;
        _syncs = options.FlushMode == FlushMode.Sync;
        if (_syncs)
        {
            _thread = new Thread(RunThread) { IsBackground = true, Name = "store-writer" };
            _thread.Start();
        }
    }

    /// <summary>One past the last byte in the page cache.</summary>
    public long WrittenPosition => Volatile.Read(ref _written);

    /// <summary>One past the last byte that survives a power cut.</summary>
    public long DurablePosition => Volatile.Read(ref _durable);

    /// <summary>Sees to it that what was gathered is written.</summary>
    public void Drive()
    {
        if (!_log.HasGathered || Interlocked.Increment(ref _calls) != 1)
            return;
        if (_syncs)
            _wake.Release();
        else
            WriteRounds(RoundsMax);
    }

    /// <summary>Goes on where <see cref="Drive"/> handed over.</summary>
    void IThreadPoolWorkItem.Execute() => WriteRounds(int.MaxValue);

    /// <summary>Waits until everything in front of a position is written: another thread may be at it.</summary>
    /// <exception cref="IOException">It will never be.</exception>
    public void AwaitWritten(long position)
    {
        for (var wait = new SpinWait(); WrittenPosition < position; wait.SpinOnce())
        {
            if (_broken || _stopped)
                throw new IOException("The log cannot be written");
        }
    }

    /// <summary>Makes everything that is written durable, and returns the position.</summary>
    public long Sync()
    {
        lock (_syncGate)
        {
            var target = WrittenPosition;
            if (target == _durable)
                return target;
            var started = _meters.Now;
            try
            {
                SyncSegments(target);
            }
            catch (IOException e)
            {
                // What fdatasync could not write is lost for good, and the next call would not say so.
                Break(e);
                throw;
            }

            Volatile.Write(ref _durable, target);
            _meters.Flushed(started);
            return target;
        }
    }

    /// <summary>
    /// After the thread has ended, and with appends refused: returns when everything that was gathered is written.
    /// </summary>
    public void WriteRest()
    {
        if (Interlocked.Increment(ref _calls) == 1 || _syncs)
        {
            // With a thread of its own nobody else writes, whoever has counted a call since it ended.
            WriteRounds(int.MaxValue);
            return;
        }

        var wait = new SpinWait();
        while (Volatile.Read(ref _calls) != 0)
            wait.SpinOnce();
    }

    /// <summary>Ends the thread, after it wrote what was gathered.</summary>
    public void Dispose()
    {
        if (_thread == null)
            return;
        _stopped = true;
        _wake.Release();
        // The semaphore stays: a sender may still wake the thread that is gone.
        _thread.Join();
    }

    void RunThread()
    {
        while (true)
        {
            _wake.Wait();
            if (Volatile.Read(ref _calls) > 0)
                WriteRounds(int.MaxValue);
            if (_stopped)
                return;
        }
    }

    /// <summary>Only one thread at a time is here: the one whose call made the count 1.</summary>
    void WriteRounds(int roundsMax)
    {
        for (var round = 0; ; round++)
        {
            if (round == roundsMax)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            var seen = Volatile.Read(ref _calls);
            WriteGathered();
            if (Interlocked.Add(ref _calls, -seen) == 0)
                return;
            _roundEnded();
        }
    }

    void WriteGathered()
    {
        _log.TakeGathered(_taken);
        if (_taken.Count == 0)
            return;
        // Before the write: while the disk hangs, senders are answered from there.
        foreach (var batch in _taken)
            _delivery.Enqueue(batch);
        try
        {
            _meters.WriteBegins();
            if (!_broken)
                WriteTaken();
            GiveBack();
            if (_syncs && !_broken)
                Sync();
        }
        catch (Exception e)
        {
            // Whatever it is: were the count of calls left as it is, nobody would ever write again.
            Break(e);
            GiveBack();
        }
        finally
        {
            _meters.WriteEnds();
        }

        if (_broken)
            _delivery.Abandon();
        else
            _delivery.Confirm(_syncs ? DurablePosition : WrittenPosition);
    }

    /// <summary>The buffers may be filled again, also while what they held is made durable.</summary>
    void GiveBack()
    {
        if (_taken.Count == 0)
            return;
        foreach (var batch in _taken)
        {
            _log.ReturnBuffer(batch.TakeBuffer());
            batch.IsWritten = true;
        }

        _taken.Clear();
        _roomMade();
    }

    void Break(Exception exception)
    {
        if (_broken)
            return;
        _broken = true;
        _failed(exception);
    }

    void SyncSegments(long target)
    {
        foreach (var segment in _segments.All)
        {
            if (segment.EndPosition <= _durable || segment.Position >= target)
                continue;
            segment.SyncData();
            if (segment.EndPosition <= target)
                segment.CloseWriter();
        }
    }

    void WriteTaken()
    {
        foreach (var batch in _taken)
        {
            batch.Segment.Write(batch.Buffer.AsSpan(0, batch.Length), batch.Position);
            _meters.Written(batch.Length, batch.Count);
        }

        Volatile.Write(ref _written, _taken[^1].EndPosition);
        _reached(_written);
    }
}
