using System.Globalization;

namespace Broker.Telemetry;

/// <summary>Reads <c>/proc/self/status</c> (proc(5)). Where that does not exist every figure is 0.</summary>
sealed class ProcessStatus(string folder)
{
    /// <summary>The figures of now.</summary>
    public ProcessFigures Read()
    {
        var figures = new ProcessFigures();
        var path = Path.Combine(folder, "status");
        if (!File.Exists(path))
            return figures;
        foreach (var line in File.ReadLines(path))
        {
            figures = Field(line) switch
            {
                "VmSize" => figures with { VirtualBytes = Kilobytes(line) },
                "VmRSS" => figures with { ResidentBytes = Kilobytes(line) },
                "RssAnon" => figures with { AnonymousBytes = Kilobytes(line) },
                "Threads" => figures with { Threads = Number(line) },
                _ => figures,
            };
        }
        return figures;
    }

    /// <summary>Entries of <c>fd</c>, less the one that the counting itself opens.</summary>
    public int CountHandles()
    {
        var path = Path.Combine(folder, "fd");
        return Directory.Exists(path) ? Math.Max(0, Directory.EnumerateFileSystemEntries(path).Count() - 1) : 0;
    }

    static ReadOnlySpan<char> Field(string line) => line.AsSpan(0, Math.Max(0, line.IndexOf(':')));

    static long Kilobytes(string line) => Number(line) * 1024;

    static long Number(string line)
    {
        var text = line.AsSpan(line.IndexOf(':') + 1).Trim();
        var end = text.IndexOf(' ');
        return long.TryParse(
            end < 0 ? text : text[..end],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;
    }
}
