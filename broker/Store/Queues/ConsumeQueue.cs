using System.Buffers;
using System.Runtime.CompilerServices;

namespace Broker.Store.Queues;

/// <summary>
/// The order of the messages of one queue of a topic: for each offset where its message is in the log. The newest
/// entries are in memory, where most readers want them; they go to the files in pieces. A queue that is not used holds
/// no memory for entries and no open file. Everything in it follows from the log.
/// </summary>
public sealed partial class ConsumeQueue
{
    /// <summary>Held while the files change, which may wait for the disk; taken before the other one.</summary>
    readonly Lock _fileGate = new();

    /// <summary>Guards what is in memory, and is never held while the disk works.</summary>
    readonly Lock _gate = new();
    readonly QueueFiles _files;
    readonly QueueContext _context;
    byte[] _tail = [];

    /// <summary>Offset of the first entry in memory.</summary>
    long _tailStart;

    /// <summary>Entries below are in the files.</summary>
    long _stored;
    long _max;
    long _min;
    long _minCheckedFor = -1;
    long _next;

    /// <summary>Where the files' entries may end that a replay has not brought again.</summary>
    long _replayedEnd;
    bool _isListed;
    bool _isFilling;
    bool _isDeleted;

    internal ConsumeQueue(TopicLog topic, int queueId, QueueContext context)
    {
        Topic = topic;
        QueueId = queueId;
        _context = context;
        _files = new QueueFiles(context, topic.Name, queueId);
        var end = QueueEnd.Find(_files, context, topic, queueId);
        if (end < _files.Capacity && QueueEntryLayout.IsWritten(_files.ReadOne(end)))
            _files.ZeroFrom(end);
        _next = _max = _stored = _tailStart = _sureFrom = end;
        _min = Math.Max(0, _files.FirstEntry);
    }

    /// <summary>The topic that the queue belongs to.</summary>
    public TopicLog Topic { get; }

    /// <summary>The queue's number in its topic.</summary>
    public int QueueId { get; }

    /// <summary>The smallest offset that can be read; the end, when nothing can.</summary>
    public QueueOffset MinOffset => new(Min());

    /// <summary>One past the largest offset that can be read.</summary>
    public QueueOffset MaxOffset => new(Max);

    /// <summary>For the broker's use: whatever waits for this queue. The store never looks at it.</summary>
    public object? Attachment { get; set; }

    internal long Max => Volatile.Read(ref _max);

    /// <summary>Entries that there is memory for.</summary>
    internal int TailCapacity => _tail.Length / QueueEntryLayout.Bytes;

    internal bool IsDeleted => Volatile.Read(ref _isDeleted);

    /// <summary>The next message's offset. The log's lock guards it.</summary>
    internal long TakeOffset() => _next++;

    /// <summary>
    /// Shows a message. In the steady state <paramref name="offset"/> is the end; while the log is replayed it may be
    /// less, and then what the queue had from there on is forgotten: the replay brings it again, or the topic had been
    /// deleted. One thread at a time.
    /// </summary>
    internal void Append(long offset, long position, int size, long tagsCode)
    {
        if (offset != Max)
            MoveEnd(offset);
        if (_context.IsReplaying)
            NoteAppended(offset, position);
        var (isFirst, isFilling) = (false, false);
        for (var isWritten = false; ; isWritten = true)
        {
            lock (_gate)
            {
                if (_isDeleted)
                    return;
                if (_max - _tailStart < TailCapacity || TryMakeRoomLocked(isWritten))
                {
                    AddLocked(position, size, tagsCode, out isFirst, out isFilling);
                    break;
                }
            }

            TryWriteOut();
        }

        if (isFirst)
            _context.Changed(this, position);
        if (isFilling)
            _context.Filling(this);
    }

    /// <summary>
    /// Reads what the next append needs, so that it is near. A hint: without the lock it may be what an append was
    /// about to replace. The result says nothing; without one the compiler would read nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int Approach()
    {
        var tail = Volatile.Read(ref _tail);
        var at = (uint)(_max - _tailStart) * QueueEntryLayout.Bytes;
        return (at < (uint)tail.Length ? tail[at] : 0) + (_gate.IsHeldByCurrentThread ? 1 : 0);
    }

    /// <summary>After a replay: the next message goes behind what was replayed, and nothing else is there.</summary>
    internal void ContinueAtEnd()
    {
        _next = Max;
        if (_replayedEnd <= _next)
            return;
        lock (_fileGate)
            _files.ZeroFrom(_next);
    }

    /// <summary>Reads entries in their stored form; returns how many, 0 outside the queue.</summary>
    internal int Read(long offset, Span<byte> target)
    {
        long storedTo;
        lock (_gate)
        {
            if (offset < 0 || offset >= _max)
                return 0;
            if (offset >= _tailStart)
            {
                var count = (int)Math.Min(target.Length / QueueEntryLayout.Bytes, _max - offset);
                _tail
                    .AsSpan((int)(offset - _tailStart) * QueueEntryLayout.Bytes, count * QueueEntryLayout.Bytes)
                    .CopyTo(target);
                return count;
            }

            storedTo = _tailStart;
        }

        var wanted = (int)Math.Min(target.Length / QueueEntryLayout.Bytes, storedTo - offset);
        return _files.Read(offset, target[..(wanted * QueueEntryLayout.Bytes)]);
    }

    internal QueueEntry ReadOne(long offset)
    {
        Span<byte> bytes = stackalloc byte[QueueEntryLayout.Bytes];
        return Read(offset, bytes) == 1 ? QueueEntryLayout.Read(bytes) : default;
    }

    /// <summary>
    /// Writes what is only in memory to the files if some of it leads in front of the position. Returns where in the
    /// log begins what is left; -1 when nothing is, and the next entry announces the queue again.
    /// </summary>
    internal long WriteOut(long before)
    {
        var position = UnwrittenPosition();
        if (position < 0 || position >= before)
            return position;
        WriteOutFilled();
        return UnwrittenPosition();
    }

    /// <summary>Writes what is only in memory to the files, before the memory is full.</summary>
    internal void WriteOutFilled()
    {
        lock (_fileGate)
            WriteOutUnderFileGate();
    }

    internal void Sync()
    {
        try
        {
            if (!IsDeleted)
                _files.Sync();
        }
        catch (IOException) when (IsDeleted)
        {
            // Its topic was deleted meanwhile: there is nothing left to make durable.
        }
    }

    /// <summary>The caller makes durable whatever was written until now.</summary>
    internal void ForgetDirty() => _files.ForgetDirty();

    /// <summary>The caller could not.</summary>
    internal void MarkAllDirty() => _files.MarkAllDirty();

    /// <summary>
    /// Gives back the memory for entries if nothing was added since it was written out; false if there was.
    /// </summary>
    internal bool TryRest()
    {
        lock (_gate)
        {
            if (_stored != _max)
                return false;
            ReleaseTailLocked(_max);
            return true;
        }
    }

    /// <summary>Forgets what points to deleted segments, and deletes the files that hold nothing else.</summary>
    internal void RemoveExpired()
    {
        var min = Min();
        lock (_fileGate)
            _files.RemoveBefore(min);
    }

    internal void Delete()
    {
        lock (_fileGate)
        {
            lock (_gate)
            {
                _isDeleted = true;
                ReleaseTailLocked(0);
                _stored = 0;
                Volatile.Write(ref _min, 0);
                Volatile.Write(ref _max, 0);
            }

            _files.RemoveAll();
        }
    }

    /// <summary>The message of the first entry that the files have not; -1 and no longer listed without one.</summary>
    long UnwrittenPosition()
    {
        lock (_gate)
        {
            _isListed = _stored != _max;
            return _isListed
                ? QueueEntryLayout
                    .Read(_tail.AsSpan((int)(_stored - _tailStart) * QueueEntryLayout.Bytes))
                    .Position.Value
                : -1;
        }
    }

    long Min()
    {
        var logMin = _context.LogMin();
        if (Volatile.Read(ref _minCheckedFor) == logMin)
            return Math.Min(Volatile.Read(ref _min), Max);
        // Without the lock: the search reads entries, and two searches come to the same result.
        var min = WithDamagedInFront(
            PositionSearch.Find(ReadPlausible, Math.Max(Volatile.Read(ref _min), 0), Max, logMin)
        );
        Volatile.Write(ref _min, min);
        Volatile.Write(ref _minCheckedFor, logMin);
        return min;
    }

    void AddLocked(long position, int size, long tagsCode, out bool isFirst, out bool isFilling)
    {
        var at = (int)(_max - _tailStart) * QueueEntryLayout.Bytes;
        QueueEntryLayout.Write(_tail.AsSpan(at), position, size, tagsCode);
        Volatile.Write(ref _max, _max + 1);
        isFirst = !_isListed;
        _isListed = true;
        // The largest pieces are written by whoever fills them: a thousand entries pay for it.
        isFilling = !_isFilling && TailCapacity < TailPool.EntriesMax && 4 * (_max - _stored) >= 3 * TailCapacity;
        _isFilling |= isFilling;
    }

    /// <summary>
    /// Moves on in memory; false when too much in it has to be written first. What cannot be written stays whatever
    /// it takes: appends are refused from the first failure on.
    /// </summary>
    bool TryMakeRoomLocked(bool isWritten)
    {
        var unwritten = (int)(_max - _stored);
        var isLate = !isWritten && 2 * unwritten > TailCapacity;
        if (isLate && !_context.HasWriter)
            return false;
        var tail = _context.Tails.Grow(_tail, isWritten ? 2 * unwritten : 0);
        if (isLate && ReferenceEquals(tail, _tail))
            return false;
        // The newest quarter stays for readers that are close behind.
        var keep = Math.Max(unwritten, Math.Min(TailCapacity / 4, (int)(_max - _tailStart)));
        _tail
            .AsSpan((int)(_max - _tailStart - keep) * QueueEntryLayout.Bytes, keep * QueueEntryLayout.Bytes)
            .CopyTo(tail);
        if (!ReferenceEquals(tail, _tail))
            _context.Tails.Return(_tail);
        _tail = tail;
        _tailStart = _max - keep;
        return true;
    }

    void TryWriteOut()
    {
        try
        {
            WriteOutFilled();
        }
        catch (IOException e)
        {
            _context.Failed(e);
        }
    }

    /// <summary>Writes a copy: those who append or read do not wait for the disk.</summary>
    void WriteOutUnderFileGate()
    {
        byte[] piece;
        int length;
        long from;
        lock (_gate)
        {
            _isFilling = false;
            if (_stored == _max || _isDeleted)
                return;
            from = _stored;
            length = (int)(_max - from) * QueueEntryLayout.Bytes;
            piece = ArrayPool<byte>.Shared.Rent(length);
            _tail.AsSpan((int)(from - _tailStart) * QueueEntryLayout.Bytes, length).CopyTo(piece);
        }

        try
        {
            _files.Write(from, piece.AsSpan(0, length));
            lock (_gate)
                _stored = from + (length / QueueEntryLayout.Bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    void MoveEnd(long offset)
    {
        lock (_fileGate)
        {
            WriteOutUnderFileGate();
            if (IsDeleted)
                return;
            if (offset > Max)
                FillBlanks(offset);
            else if (_context.IsReplaying)
                _replayedEnd = Math.Max(_replayedEnd, Max);
            else
                _files.ZeroFrom(offset);
            lock (_gate)
            {
                if (_max == 0)
                    Volatile.Write(ref _min, offset);
                ReleaseTailLocked(offset);
                _stored = offset;
                Volatile.Write(ref _max, offset);
                Volatile.Write(ref _minCheckedFor, -1);
            }
        }
    }

    /// <summary>Marks the entries in front of a first message, back to the file's beginning, as Apache does.</summary>
    void FillBlanks(long offset)
    {
        var from = Math.Max(_max, offset / _context.EntriesPerFile * _context.EntriesPerFile);
        var blanks = new byte[(int)Math.Min(offset - from, TailPool.EntriesMax) * QueueEntryLayout.Bytes];
        for (var at = 0; at < blanks.Length; at += QueueEntryLayout.Bytes)
            QueueEntryLayout.WriteBlank(blanks.AsSpan(at));
        for (var entry = from; entry < offset; entry += TailPool.EntriesMax)
        {
            var count = (int)Math.Min(TailPool.EntriesMax, offset - entry);
            _files.Write(entry, blanks.AsSpan(0, count * QueueEntryLayout.Bytes));
        }
    }

    void ReleaseTailLocked(long start)
    {
        _context.Tails.Return(_tail);
        _tail = [];
        _tailStart = start;
    }
}
