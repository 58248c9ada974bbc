using Microsoft.Win32.SafeHandles;

namespace Hostile.Disks;

/// <summary>
/// The bytes of a disk whose cache is volatile, as a real one's: what was written and not synced is kept apart, and is
/// gone when the power goes. It can be slow, stand still, and refuse reads, writes or syncs.
/// </summary>
sealed class FaultyDevice : IDisposable
{
    const int Page = 4096;

    readonly SafeFileHandle durable;
    readonly Dictionary<long, byte[]> cached = [];
    readonly Lock gate = new();
    readonly ManualResetEventSlim moving = new(true);

    public FaultyDevice(string path, long bytes)
    {
        durable = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(durable, bytes);
        Bytes = bytes;
    }

    public long Bytes { get; }

    public volatile bool FailsReads;
    public volatile bool FailsWrites;
    public volatile bool FailsSyncs;

    /// <summary>Added to every write and sync.</summary>
    public volatile int DelayMs;

    /// <summary>What is written is not kept any more, and nobody is told.</summary>
    public volatile bool HasNoPower;

    public long Refused;
    public long Syncs;
    public long LostBytes;

    public void Stall() => moving.Reset();

    public void Move() => moving.Set();

    /// <summary>Whether it could be read.</summary>
    public bool Read(long offset, Span<byte> target)
    {
        moving.Wait();
        if (FailsReads)
            return Refuse();
        lock (gate)
        {
            RandomAccess.Read(durable, target, offset);
            for (long page = offset / Page; page * Page < offset + target.Length; page++)
            {
                if (!cached.TryGetValue(page, out var bytes))
                    continue;
                int from = (int)Math.Max(0, offset - (page * Page));
                int at = (int)Math.Max(0, (page * Page) - offset);
                bytes.AsSpan(from, Math.Min(Page - from, target.Length - at)).CopyTo(target[at..]);
            }
        }
        return true;
    }

    /// <summary>Whether it was taken.</summary>
    public bool Write(long offset, ReadOnlySpan<byte> source)
    {
        Wait();
        if (FailsWrites)
            return Refuse();
        if (HasNoPower)
        {
            Interlocked.Add(ref LostBytes, source.Length);
            return true;
        }
        lock (gate)
        {
            for (long page = offset / Page; page * Page < offset + source.Length; page++)
            {
                int at = (int)Math.Max(0, offset - (page * Page));
                int from = (int)Math.Max(0, (page * Page) - offset);
                source.Slice(from, Math.Min(Page - at, source.Length - from)).CopyTo(PageOf(page).AsSpan(at));
            }
        }
        return true;
    }

    /// <summary>Whether everything written before is durable now.</summary>
    public bool Sync()
    {
        Wait();
        if (FailsSyncs)
            return Refuse();
        if (HasNoPower)
            return true;
        lock (gate)
        {
            foreach (var (page, bytes) in cached)
                RandomAccess.Write(durable, bytes, page * Page);
            cached.Clear();
        }
        Interlocked.Increment(ref Syncs);
        return true;
    }

    /// <summary>What was not synced is gone, and so is what will be written until the power is back.</summary>
    public void CutPower()
    {
        lock (gate)
        {
            HasNoPower = true;
            LostBytes += cached.Count * (long)Page;
            cached.Clear();
        }
    }

    public void Dispose()
    {
        moving.Set();
        durable.Dispose();
    }

    void Wait()
    {
        moving.Wait();
        if (DelayMs > 0)
            Thread.Sleep(DelayMs);
    }

    bool Refuse()
    {
        Interlocked.Increment(ref Refused);
        return false;
    }

    byte[] PageOf(long page)
    {
        if (cached.TryGetValue(page, out var bytes))
            return bytes;
        bytes = new byte[Page];
        RandomAccess.Read(durable, bytes, page * Page);
        return cached[page] = bytes;
    }
}
