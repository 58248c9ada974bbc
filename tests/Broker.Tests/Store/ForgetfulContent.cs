namespace Broker.Tests.Store;

/// <summary>The bytes of one file: as they are, and as they were when they were last synced.</summary>
sealed class ForgetfulContent(byte[] initial)
{
    const int SectorBytes = 512;

    readonly Lock gate = new();
    readonly HashSet<int> dirty = [];
    byte[] durable = [.. initial];

    public ForgetfulContent()
        : this([]) { }

    public byte[] Bytes { get; private set; } = initial;

    public void SetLength(long length)
    {
        lock (gate)
        {
            var resized = new byte[length];
            Bytes.AsSpan(0, (int)Math.Min(length, Bytes.Length)).CopyTo(resized);
            Bytes = resized;
        }
    }

    public int Read(Span<byte> buffer, long position)
    {
        lock (gate)
        {
            var count = (int)Math.Clamp(Bytes.Length - position, 0, buffer.Length);
            Bytes.AsSpan((int)Math.Min(position, Bytes.Length), count).CopyTo(buffer);
            return count;
        }
    }

    public void Write(ReadOnlySpan<byte> buffer, long position)
    {
        lock (gate)
        {
            if (position + buffer.Length > Bytes.Length)
            {
                var grown = new byte[position + buffer.Length];
                Bytes.CopyTo(grown, 0);
                Bytes = grown;
            }
            buffer.CopyTo(Bytes.AsSpan((int)position));
            for (var sector = position / SectorBytes; sector * SectorBytes < position + buffer.Length; sector++)
                dirty.Add((int)sector);
        }
    }

    public void Sync()
    {
        lock (gate)
        {
            Resize(ref durable, Bytes.Length);
            foreach (var sector in dirty)
                CopySector(Bytes, durable, sector);
            dirty.Clear();
        }
    }

    public ForgetfulContent Copy()
    {
        lock (gate)
            return new ForgetfulContent([.. Bytes]);
    }

    public ForgetfulContent AfterPowerCut(Random random)
    {
        lock (gate)
        {
            var survivor = durable.ToArray();
            if (random.Next(2) == 0)
                Resize(ref survivor, Bytes.Length);
            // Sometimes nearly all of it survives, sometimes nearly nothing.
            var odds = random.NextDouble();
            foreach (var sector in dirty.Order())
            {
                if (random.NextDouble() < odds)
                    CopySector(Bytes, survivor, sector);
            }
            return new ForgetfulContent(survivor);
        }
    }

    static void Resize(ref byte[] bytes, int length)
    {
        if (bytes.Length != length)
            Array.Resize(ref bytes, length);
    }

    static void CopySector(byte[] from, byte[] to, int sector)
    {
        var at = sector * SectorBytes;
        var count = Math.Min(SectorBytes, Math.Min(from.Length, to.Length) - at);
        if (count > 0)
            from.AsSpan(at, count).CopyTo(to.AsSpan(at));
    }
}
