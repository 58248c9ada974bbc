using Broker.Protocol.Messages;

namespace Broker.Tests.Store;

/// <summary>Files that the reference broker wrote; see <c>Golden/README.md</c>.</summary>
public static class GoldenFiles
{
    /// <summary>Length of the segment whose head <see cref="Log"/> is.</summary>
    public const int SegmentBytes = 1 << 30;

    public static byte[] Log() => Resource("commitlog.bin");

    /// <summary>Every other file: its path in the store's folder, its length and its parts that are not zero.</summary>
    public static List<(string Path, long Length, List<(long Offset, byte[] Bytes)> Parts)> Others()
    {
        var files = new List<(string Path, long Length, List<(long, byte[])> Parts)>();
        using var reader = new StreamReader(new MemoryStream(Resource("files.txt")));
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "file")
                files.Add((words[1], long.Parse(words[2]), []));
            else
                files[^1].Parts.Add((long.Parse(words[0]), Convert.FromHexString(words[1])));
        }
        return files;
    }

    /// <summary>Lays the files out in a folder, in their real lengths and mostly sparse.</summary>
    public static void LayOut(string root)
    {
        Write(Path.Combine(root, "commitlog", new string('0', 20)), SegmentBytes, [(0, Log())]);
        foreach (var (path, length, parts) in Others())
            Write(Path.Combine(root, path), length, parts);
    }

    /// <summary>Where each message of the log begins.</summary>
    public static List<int> Starts()
    {
        var log = Log();
        var starts = new List<int>();
        for (var at = 0; at < log.Length; )
        {
            if (MessageView.Read(log.AsSpan(at), out var message) != MessageProblem.None)
                throw new InvalidDataException($"The golden log cannot be read at {at}.");
            starts.Add(at);
            at += message.TotalSize;
        }
        return starts;
    }

    static void Write(string path, long length, List<(long Offset, byte[] Bytes)> parts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.SetLength(file, length);
        foreach (var (offset, bytes) in parts)
            RandomAccess.Write(file, bytes, offset);
    }

    static byte[] Resource(string name)
    {
        using var stream = typeof(GoldenFiles).Assembly.GetManifestResourceStream($"Broker.Tests.Store.Golden.{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
