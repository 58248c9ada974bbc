using Broker.Store.Files;
using Broker.Store.Log;

namespace Broker.Store.Recovery;

/// <summary>
/// Keeps what a recovery cuts off the log's end, in the folder <c>cutlog</c> beside the queues: a file for each cut,
/// named by the log position of its first byte, with zeros where the log had zeros. At most four files of at most 256
/// MiB, the newest ones; nothing reads them but people.
/// </summary>
static class CutBytes
{
    public const string FolderName = "cutlog";

    const int FilesMax = 4;
    const long FileBytesMax = 256L << 20;
    const int PieceBytes = 1 << 20;

    /// <summary>
    /// Zeros after which nothing written is expected in a segment: four times the largest message, so that a start does
    /// not read what was only reserved.
    /// </summary>
    const long ZerosMax = 16L << 20;

    /// <summary>Copies everything behind a position; returns the file's path, null when there are only zeros.</summary>
    public static string? Save(IFileSystem files, StoreOptions options, SegmentList segments, long from)
    {
        var folder = Path.Combine(options.RootDirectory, FolderName);
        string? path = null;
        IFile? copy = null;
        try
        {
            foreach (var (position, piece) in Written(segments, from))
            {
                if (position - from + piece.Length > FileBytesMax)
                    break;
                if (copy == null)
                {
                    path = NewPath(files, folder, from);
                    copy = files.Open(path);
                }

                copy.Write(piece, position - from);
            }

            copy?.SyncData();
        }
        finally
        {
            copy?.Dispose();
        }

        if (path != null)
            files.SyncDirectory(folder);
        return path;
    }

    /// <summary>The pieces behind a position that are not all zeros.</summary>
    static IEnumerable<(long Position, byte[] Piece)> Written(SegmentList segments, long from)
    {
        for (var position = from; segments.Find(position) is { } segment; position = segment.EndPosition)
        {
            for (var (at, zeros) = (position, 0L); at < segment.EndPosition && zeros < ZerosMax; at += PieceBytes)
            {
                if (NonZero(segments, at) is { } piece)
                {
                    zeros = 0;
                    yield return (at, piece);
                }
                else
                {
                    zeros += PieceBytes;
                }
            }
        }
    }

    static byte[]? NonZero(SegmentList segments, long position)
    {
        if (!segments.TryAcquire(position, out var mapping, out var segment))
            return null;
        var at = (int)(position - segment.Position);
        var piece = mapping.Span.Slice(at, Math.Min(PieceBytes, segment.Length - at));
        var copied = piece.ContainsAnyExcept((byte)0) ? piece.ToArray() : null;
        mapping.Release();
        return copied;
    }

    /// <summary>Makes room for one more file, and names it.</summary>
    static string NewPath(IFileSystem files, string folder, long position)
    {
        files.CreateDirectory(folder);
        var existing = files.Files(folder);
        for (var i = 0; i <= existing.Count - FilesMax; i++)
            files.DeleteFile(existing[i]);
        var number = existing.Count == 0 ? 0 : NumberOf(existing[^1]) + 1;
        return Path.Combine(folder, $"{number:D6}-{Segment.NameOf(position)}");
    }

    static int NumberOf(string path) => int.TryParse(Path.GetFileName(path).Split('-')[0], out var number) ? number : 0;
}
