using Broker.Store.Files;

namespace Broker.Store.Log;

/// <summary>
/// The segments of the log, oldest first, without gaps. Segments are added at the end, before they are needed, and
/// removed at the beginning; readers look at an immutable array.
/// </summary>
sealed class SegmentList(IFileSystem files, string directory, int segmentBytes, int mappedMax)
{
    readonly Lock _gate = new();
    readonly List<Segment> _unreachable = [];
    readonly List<Segment> _undeleted = [];
    Segment[] _segments = [];
    long _reads;

    public int SegmentBytes => segmentBytes;

    public string Directory => directory;

    public ReadOnlySpan<Segment> All => Volatile.Read(ref _segments);

    /// <summary>Told which file could not be deleted, once; it is tried again.</summary>
    public Action<string, Exception>? Undeleted { get; set; }

    /// <summary>Whether there are segments in front of a gap.</summary>
    public bool HasUnreachable
    {
        get
        {
            lock (_gate)
                return _unreachable.Count > 0;
        }
    }

    /// <summary>Position of the first byte that a segment holds; 0 when there is none.</summary>
    public long MinPosition => Volatile.Read(ref _segments) is [var first, ..] ? first.Position : 0;

    /// <summary>The segment that holds a position; null when there is none (any more, or yet).</summary>
    public Segment? Find(long position)
    {
        var segments = Volatile.Read(ref _segments);
        if (segments.Length == 0)
            return null;
        var index = (position - segments[0].Position) / segmentBytes;
        return position >= segments[0].Position && index < segments.Length ? segments[index] : null;
    }

    /// <summary>Takes a reference on the mapping of the segment that holds a position.</summary>
    public bool TryAcquire(long position, out SegmentMapping mapping, out Segment segment)
    {
        mapping = null!;
        segment = Find(position)!;
        if (segment == null)
            return false;
        if (!segment.IsMapped)
            UnmapLeastRecentlyRead();
        segment.LastRead = ++_reads;
        return segment.TryAcquire(out mapping);
    }

    /// <summary>Creates the segment behind the last one.</summary>
    /// <exception cref="IOException">There is no space for it.</exception>
    public Segment AddNext()
    {
        var segments = Volatile.Read(ref _segments);
        var created = Segment.Create(files, directory, segments is [.., var last] ? last.EndPosition : 0, segmentBytes);
        Add(created);
        return created;
    }

    public void Add(Segment segment)
    {
        lock (_gate)
            Volatile.Write(ref _segments, [.. _segments, segment]);
    }

    /// <summary>Notes a segment in front of a gap, where nothing can be read; it is older than all others.</summary>
    public void AddUnreachable(Segment segment)
    {
        lock (_gate)
            _unreachable.Add(segment);
    }

    /// <summary>Deletes the segments in front of a gap.</summary>
    public void RemoveUnreachable()
    {
        Segment[] removed;
        lock (_gate)
        {
            removed = [.. _unreachable];
            _unreachable.Clear();
        }

        Delete(removed);
    }

    /// <summary>Tries again to delete what could not be deleted.</summary>
    public void RetryDeletions()
    {
        Segment[] removed;
        lock (_gate)
        {
            removed = [.. _undeleted];
            _undeleted.Clear();
        }

        Delete(removed, isRetry: true);
    }

    /// <summary>Deletes the segments in front of <paramref name="position"/>.</summary>
    public void RemoveBefore(long position) => Remove(segment => segment.EndPosition <= position);

    /// <summary>Deletes the segments that begin behind <paramref name="position"/>.</summary>
    public void RemoveBehind(long position) => Remove(segment => segment.Position > position);

    public void Dispose()
    {
        foreach (var segment in All)
            segment.Dispose();
    }

    void Remove(Predicate<Segment> which)
    {
        Segment[] removed;
        lock (_gate)
        {
            removed = Array.FindAll(_segments, which);
            Volatile.Write(ref _segments, Array.FindAll(_segments, segment => !which(segment)));
        }

        Delete(removed);
    }

    void Delete(Segment[] removed, bool isRetry = false)
    {
        foreach (var segment in removed)
        {
            try
            {
                segment.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                lock (_gate)
                    _undeleted.Add(segment);
                if (!isRetry)
                    Undeleted?.Invoke(segment.Path, e);
            }
        }

        if (removed.Length > 0)
            files.SyncDirectory(directory);
    }

    void UnmapLeastRecentlyRead()
    {
        var segments = Volatile.Read(ref _segments);
        if (segments.Length < mappedMax)
            return;
        Segment? oldest = null;
        var mapped = 0;
        foreach (var segment in segments)
        {
            if (!segment.IsMapped)
                continue;
            mapped++;
            if (oldest == null || segment.LastRead < oldest.LastRead)
                oldest = segment;
        }

        if (mapped >= mappedMax)
            oldest?.Unmap();
    }
}
