namespace Hostile.Brokers;

/// <summary>Damages the files of a stopped broker.</summary>
static class Files
{
    /// <summary>The files below a folder of a store, by name.</summary>
    public static IEnumerable<string> In(string store, string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(store, folder), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal);

    /// <summary>Bytes up to the last that is not 0.</summary>
    public static long UsedBytes(string path)
    {
        using var file = File.OpenRead(path);
        var block = new byte[64 * 1024];
        for (long end = file.Length; end > 0; end -= block.Length)
        {
            long start = Math.Max(0, end - block.Length);
            file.Position = start;
            int read = file.ReadAtLeast(block.AsSpan(0, (int)(end - start)), (int)(end - start), false);
            int last = block.AsSpan(0, read).LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
                return start + last + 1;
        }
        return 0;
    }

    /// <summary>Flips a bit somewhere in a part of what is used.</summary>
    public static void Flip(string path, Random random, double from, double to)
    {
        long used = UsedBytes(path);
        FlipAt(path, (long)(used * (from + (random.NextDouble() * (to - from)))), random.Next(8));
    }

    public static void FlipAt(string path, long at, int bit)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        int value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ (1 << bit)));
    }

    public static void Truncate(string path, long bytes)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.Write);
        file.SetLength(bytes);
    }

    /// <summary>Writes chance bytes, but none beyond the end.</summary>
    public static void Overwrite(string path, long at, int count, Random random)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.Write);
        var bytes = new byte[Math.Min(count, Math.Max(0, file.Length - at))];
        random.NextBytes(bytes);
        file.Position = at;
        file.Write(bytes);
    }
}
