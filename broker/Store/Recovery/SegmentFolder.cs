using Broker.Store.Files;
using Broker.Store.Log;
using Microsoft.Extensions.Logging;

namespace Broker.Store.Recovery;

/// <summary>
/// Finds the segments of a log folder. A folder keeps the segment size it was created with; files that a crash or a
/// copy left too short get their length back, and what was in them is verified again.
/// </summary>
static class SegmentFolder
{
    /// <param name="files">The file system.</param>
    /// <param name="options">Folder, and size for a folder without segments.</param>
    /// <param name="logger">Told which files cannot be used.</param>
    /// <param name="shortened">Position of the first segment that was too short; null when none was.</param>
    public static SegmentList Open(IFileSystem files, StoreOptions options, ILogger logger, out long? shortened)
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
        var newest = NewestRun(found, segmentBytes);
        foreach (var (position, path) in found.Take(newest))
        {
            StoreEvents.SegmentUnreachable(logger, path, found[newest].Position);
            segments.AddUnreachable(new Segment(files, path, position, segmentBytes));
        }

        foreach (var (position, path) in found.Skip(newest))
        {
            if (GiveLength(files, path, segmentBytes))
                shortened ??= position;
            segments.Add(new Segment(files, path, position, segmentBytes));
        }

        if (segments.All.IsEmpty)
            segments.AddNext();
        return segments;
    }

    /// <summary>
    /// Segments are as long as they are apart, but not the first two need be neighbours: one that could not be deleted
    /// lies in front of a gap. So the length that most files have is taken if all distances are multiples of it.
    /// </summary>
    static int SegmentBytesOf(IFileSystem files, List<(long Position, string Path)> found, StoreOptions options)
    {
        if (found.Count == 0)
            return options.SegmentBytes;
        var lengths = found.ConvertAll(file => LengthOf(files, file.Path));
        if (found.Count == 1)
            return BytesOfOnly(found[0].Position, lengths[0], options);
        var distances = found.Zip(found.Skip(1), (one, next) => next.Position - one.Position).ToList();
        var likely = lengths
            .GroupBy(length => length)
            .OrderByDescending(same => same.Count())
            .ThenByDescending(same => same.Key == options.SegmentBytes)
            .ThenByDescending(same => same.Key)
            .Select(same => same.Key);
        foreach (var bytes in likely.Append(options.SegmentBytes).Append(distances.Min()))
        {
            if (bytes is > 0 and <= int.MaxValue && distances.TrueForAll(distance => distance % bytes == 0))
                return (int)bytes;
        }

        throw new StoreException(
            $"The files of {options.CommitLogDirectory} are not segments of one size; is it a commit log's folder?"
        );
    }

    /// <summary>The only segment may have lost its end; its position says what it is a multiple of.</summary>
    static int BytesOfOnly(long position, long length, StoreOptions options) =>
        position % options.SegmentBytes != 0 && length is > 0 and <= int.MaxValue && position % length == 0
            ? (int)length
            : (int)Math.Min(int.MaxValue, Math.Max(length, options.SegmentBytes));

    /// <summary>
    /// Index of the first of the segments without a gap, up to the newest: in front of a gap nothing can be reached in
    /// order.
    /// </summary>
    static int NewestRun(List<(long Position, string Path)> found, int segmentBytes)
    {
        var start = found.Count;
        while (start > 0 && (start == found.Count || found[start - 1].Position + segmentBytes == found[start].Position))
            start--;
        return start;
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
