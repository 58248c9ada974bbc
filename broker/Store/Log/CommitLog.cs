using System.Buffers;
using System.Net;
using Broker.Protocol.Messages;
using Broker.Store.Queues;

namespace Broker.Store.Log;

/// <summary>
/// Gives messages their place. Under one short lock a message gets its queue offset, log position and time, and is
/// encoded into the current batch; what was gathered is taken away by the writer. Bounded: without a free buffer, or
/// without the next segment, nothing is taken.
/// </summary>
sealed class CommitLog
{
    /// <summary>Over the limit of a batch body: headers of its parts, and the properties of a single message.</summary>
    const int EncodedExtraBytesMax = 128 * 1024;

    readonly Lock _gate = new();
    readonly BatchPool _pool = new();
    readonly Queue<Batch> _full = new();
    readonly StoreOptions _options;
    readonly SegmentList _segments;
    readonly TagsCodes _tagsCodes;
    readonly TimeProvider _time;
    Batch? _current;
    Segment _segment;
    long _end;
    long _lastStoreTimestamp;

    /// <summary>The clock as it was read last, ms since 1970; the store time is never before an earlier one.</summary>
    long _now;
    byte[] _storeHost = [];
    IPEndPoint _storeEndPoint = null!;
    bool _isClosed;
    bool _isDiskFull;
    bool _areQueuesStuck;
    volatile bool _hasGathered;
    volatile bool _isShort;

    /// <summary>Begins behind what a recovery found.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="segments">At least one segment, the last of which holds <paramref name="end"/>.</param>
    /// <param name="tagsCodes">How queue entries are tagged.</param>
    /// <param name="end">Position of the next message.</param>
    /// <param name="lastStoreTimestamp">Time of the last message, before which no other may be stored.</param>
    /// <param name="time">The clock.</param>
    public CommitLog(
        StoreOptions options,
        SegmentList segments,
        TagsCodes tagsCodes,
        long end,
        long lastStoreTimestamp,
        TimeProvider time
    )
    {
        _options = options;
        _segments = segments;
        _tagsCodes = tagsCodes;
        _end = end;
        _segment = segments.Find(end) ?? throw new ArgumentException("No segment holds the end.", nameof(end));
        _lastStoreTimestamp = lastStoreTimestamp;
        _time = time;
        StoreHost = options.StoreHost;
    }

    public IPEndPoint StoreHost
    {
        get => _storeEndPoint;
        set
        {
            var host = new HostAddress(value);
            var bytes = new byte[host.Length];
            host.Write(bytes);
            _storeHost = bytes;
            _storeEndPoint = value;
        }
    }

    /// <summary>Whether something waits for the writer.</summary>
    public bool HasGathered => _hasGathered;

    /// <summary>The last append found no buffer or no segment, and none was made since.</summary>
    public bool IsShort => _isShort;

    /// <summary>There is no space for the next segment: once this one is full, appends are refused.</summary>
    public bool IsOutOfSpace { get; set; }

    /// <summary>
    /// A message waits for the next segment, although the current one may have room for smaller ones.
    /// </summary>
    public bool NeedsSegment { get; private set; }

    /// <summary>Position of the next message.</summary>
    public long EndPosition
    {
        get
        {
            lock (_gate)
                return _end;
        }
    }

    /// <summary>Refuses appends from now on, for good.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
    }

    /// <summary>Refuses appends while the disk is full, or accepts them again.</summary>
    public void ShowDiskFull(bool isFull)
    {
        lock (_gate)
            _isDiskFull = isFull;
    }

    /// <summary>Refuses appends while queue entries cannot be written, or accepts them again.</summary>
    public void ShowQueuesStuck(bool areStuck)
    {
        lock (_gate)
            _areQueuesStuck = areStuck;
    }

    /// <summary>
    /// Appends one message. Busy says that nothing was done for want of a buffer or a segment: the caller has the
    /// gathered messages written and tries again once there is room.
    /// </summary>
    public AppendStatus TryAppend(in AppendRequest request, AppendCompletion completion)
    {
        var storeHost = _storeHost;
        var measured = MeasuredMessage.Of(request, request.Body, request.Properties, storeHost, _tagsCodes);
        if (measured.Size < 0 || !FitsSegment(measured.Size))
            return AppendStatus.Illegal;

        lock (_gate)
        {
            if (RefusalLocked() is var refusal and not AppendStatus.Accepted)
                return refusal;
            if (MakeRoomLocked(measured.Size) is var room and not AppendStatus.Accepted)
                return room;
            ref var entry = ref PlaceLocked(request, measured, StoreTimeLocked());
            measured.Encode(
                request,
                request.Body,
                request.Properties,
                request.Flag,
                storeHost,
                entry,
                _current!.Take(measured.Size)
            );
            entry.Completion = completion;
            completion.Place(entry.Position, entry.QueueOffset, entry.StoreTimestamp, 1, measured.Size);
            _hasGathered = true;
            return AppendStatus.Accepted;
        }
    }

    /// <summary>Appends the parts of an encoded batch, all or none, next to each other.</summary>
    public AppendStatus TryAppendBatch(in AppendRequest request, AppendCompletion completion)
    {
        var count = BatchReader.Count(request.Body);
        if (count <= 0 || request.Body.Length > _options.MaxMessageBytes)
            return AppendStatus.Illegal;
        var measured = ArrayPool<MeasuredMessage>.Shared.Rent(count);
        try
        {
            return TryAppendParts(request, completion, measured.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<MeasuredMessage>.Shared.Return(measured);
        }
    }

    /// <summary>Moves what was gathered to <paramref name="target"/>, in log order.</summary>
    public void TakeGathered(List<Batch> target)
    {
        lock (_gate)
        {
            SealLocked();
            while (_full.TryDequeue(out var batch))
                target.Add(batch);
            _hasGathered = false;
        }
    }

    public void ReturnBuffer(byte[] buffer)
    {
        lock (_gate)
        {
            _pool.ReturnBuffer(buffer);
            _isShort = false;
        }
    }

    /// <summary>The next segment was made, or a buffer was given back.</summary>
    public void ShowRoom()
    {
        lock (_gate)
            _isShort = false;
    }

    /// <summary>
    /// Moves the completions of gathered messages that have waited since before the time (ms since 1970) to
    /// <paramref name="late"/>: while the writer hangs, nobody else answers them.
    /// </summary>
    public void TakeLate(long storeTimestamp, List<AppendCompletion> late)
    {
        lock (_gate)
        {
            foreach (var batch in _full)
            {
                if (!TakeLate(batch, storeTimestamp, late))
                    return;
            }
            if (_current != null)
                TakeLate(_current, storeTimestamp, late);
        }
    }

    public void ReturnBatch(Batch batch)
    {
        lock (_gate)
            _pool.ReturnBatch(batch);
    }

    static bool TakeLate(Batch batch, long storeTimestamp, List<AppendCompletion> late)
    {
        foreach (ref var entry in batch.Entries)
        {
            if (entry.StoreTimestamp >= storeTimestamp)
                return false;
            if (entry.Completion is { } completion)
                late.Add(completion);
            entry.Completion = null;
        }
        return true;
    }

    AppendStatus TryAppendParts(in AppendRequest request, AppendCompletion completion, Span<MeasuredMessage> measured)
    {
        var storeHost = _storeHost;
        var reader = new BatchReader(request.Body);
        var total = 0L;
        foreach (ref var part in measured)
        {
            reader.MoveNext();
            part = MeasuredMessage.Of(request, reader.Body, reader.Properties, storeHost, _tagsCodes);
            if (part.Size < 0)
                return AppendStatus.Illegal;
            total += part.Size;
        }

        if (total > _options.MaxMessageBytes + EncodedExtraBytesMax || !FitsSegment(total))
            return AppendStatus.Illegal;
        lock (_gate)
        {
            if (RefusalLocked() is var refusal and not AppendStatus.Accepted)
                return refusal;
            if (MakeRoomLocked((int)total) is var room and not AppendStatus.Accepted)
                return room;
            PlacePartsLocked(request, completion, measured, (int)total, storeHost);
            _hasGathered = true;
            return AppendStatus.Accepted;
        }
    }

    void PlacePartsLocked(
        in AppendRequest request,
        AppendCompletion completion,
        Span<MeasuredMessage> measured,
        int bytes,
        byte[] storeHost
    )
    {
        var storeTime = StoreTimeLocked();
        var reader = new BatchReader(request.Body);
        for (var i = 0; i < measured.Length; i++)
        {
            reader.MoveNext();
            ref var entry = ref PlaceLocked(request, measured[i], storeTime);
            measured[i]
                .Encode(
                    request,
                    reader.Body,
                    reader.Properties,
                    reader.Flag,
                    storeHost,
                    entry,
                    _current!.Take(measured[i].Size)
                );
            if (i == 0)
                completion.Place(entry.Position, entry.QueueOffset, storeTime, measured.Length, bytes);
            if (measured.Length > 1)
                completion.PlacePart(i, entry.Position);
            // The last part is stored last: it answers for all.
            if (i == measured.Length - 1)
                entry.Completion = completion;
        }
    }

    AppendStatus RefusalLocked()
    {
        if (_isClosed)
            return AppendStatus.Closed;
        return _isDiskFull || _areQueuesStuck ? AppendStatus.DiskFull : AppendStatus.Accepted;
    }

    bool FitsSegment(long size) => size + MessageLayout.EndOfFileBytes <= _segments.SegmentBytes;

    long StoreTimeLocked()
    {
        // A clock that is set back must not unsort the log: offsets are searched by time.
        _now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _lastStoreTimestamp = Math.Max(_now, _lastStoreTimestamp);
    }

    ref BatchEntry PlaceLocked(in AppendRequest request, in MeasuredMessage measured, long storeTime)
    {
        ref var entry = ref _current!.AddEntry();
        entry.Queue = measured.IsQueued ? request.Queue : null;
        entry.Completion = null;
        entry.QueueOffset = measured.IsQueued ? request.Queue.TakeOffset() : 0;
        entry.Position = _end;
        entry.Size = measured.Size;
        // By the clock: one that was ahead once holds the store time for as long as it was.
        entry.TagsCode = measured.IsDelayed ? measured.TagsCode + _now : measured.TagsCode;
        entry.StoreTimestamp = storeTime;
        _end += measured.Size;
        return ref entry;
    }

    /// <summary>Makes the current batch one that has room for <paramref name="size"/> bytes of one segment.</summary>
    AppendStatus MakeRoomLocked(int size)
    {
        if (_end + size + MessageLayout.EndOfFileBytes > _segment.EndPosition && !TryRollLocked())
        {
            _isShort = !IsOutOfSpace;
            return IsOutOfSpace ? AppendStatus.DiskFull : AppendStatus.Busy;
        }
        if (_current != null && _current.Free < size)
            SealLocked();
        if (_current != null || TryBeginLocked(size))
            return AppendStatus.Accepted;
        _isShort = true;
        return AppendStatus.Busy;
    }

    bool TryBeginLocked(int size)
    {
        if (_pool.TryTakeBuffer(size + MessageLayout.EndOfFileBytes) is not { } buffer)
            return false;
        _current = _pool.TakeBatch();
        _current.Begin(buffer, _segment, _end);
        return true;
    }

    /// <summary>Ends the segment with a filler and goes on in the next one; false while there is none.</summary>
    bool TryRollLocked()
    {
        NeedsSegment = true;
        if (_segments.Find(_segment.EndPosition) is not { } next)
            return false;
        if (_current == null && !TryBeginLocked(0))
            return false;
        MessageEncoder.EncodeEndOfFile(
            _current!.Take(MessageLayout.EndOfFileBytes),
            (int)(_segment.EndPosition - _end)
        );
        _current.EndSegmentAt(next.Position);
        SealLocked();
        _segment = next;
        NeedsSegment = false;
        _end = next.Position;
        _hasGathered = true;
        return true;
    }

    void SealLocked()
    {
        if (_current != null)
            _full.Enqueue(_current);
        _current = null;
    }
}
