using Broker.Store.Files;
using Broker.Store.Log;

namespace Broker.Store.Recovery;

/// <summary>
/// Finds the segments of a log folder. A folder keeps the segment size it was created with; files that a crash or a
/// copy left too short get their length back, and what was in them is verified again.
/// </summary>
static class SegmentFolder
{
    /// <param name="files">The file system.</param>
    /// <param name="options">Folder, and size for a folder without segments.</param>
    /// <param name="shortened">Position of the first segment that was too short; null when none was.</param>
    public static SegmentList Open(IFileSystem files, StoreOptions options, out long? shortened)
    {
        var directory = options.CommitLogDirectory;
        files.CreateDirectory(directory);
        var found = new List<(long Position, string Path)>();
        foreach (var path in files.Files(directory))
        {
            if (Path.GetFileName(path) is { Length: 20 } name && long.TryParse(name, out var position))
                found.Add((position, path));
        }

        var segmentBytes = SegmentBytesOf(files, found, options);
        var segments = new SegmentList(files, directory, segmentBytes, options.MappedSegmentsMax);
        shortened = null;
        foreach (var (position, path) in NewestRun(found, segmentBytes))
        {
            if (GiveLength(files, path, segmentBytes))
                shortened ??= position;
            segments.Add(new Segment(files, path, position, segmentBytes));
        }

        if (segments.All.IsEmpty)
            segments.AddNext();
        return segments;
    }

    static int SegmentBytesOf(IFileSystem files, List<(long Position, string Path)> found, StoreOptions options)
    {
        var bytes = found switch
        {
            [] => options.SegmentBytes,
            [var first, var second, ..] => second.Position - first.Position,
            [var only] => Math.Max(LengthOf(files, only.Path), options.SegmentBytes),
        };
        if (bytes is <= 0 or > int.MaxValue)
            throw new StoreException(
                $"The files of {options.CommitLogDirectory} are not segments of one size; is it a commit log's folder?"
            );
        return (int)bytes;
    }

    /// <summary>Segments without a gap, up to the newest: in front of a gap nothing can be reached in order.</summary>
    static IEnumerable<(long Position, string Path)> NewestRun(
        List<(long Position, string Path)> found,
        int segmentBytes
    )
    {
        var start = found.Count;
        while (start > 0 && (start == found.Count || found[start - 1].Position + segmentBytes == found[start].Position))
            start--;
        return found.Skip(start);
    }

    static long LengthOf(IFileSystem files, string path)
    {
        using var file = files.Open(path, readOnly: true);
        return file.Length;
    }

    static bool GiveLength(IFileSystem files, string path, int segmentBytes)
    {
        if (LengthOf(files, path) >= segmentBytes)
            return false;
        using var file = files.Open(path);
        file.Allocate(segmentBytes);
        return true;
    }
}
