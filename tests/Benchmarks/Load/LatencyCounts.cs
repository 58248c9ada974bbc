namespace Benchmarks.Load;

/// <summary>How often each latency was seen: exact to a bucket, all above the last bucket count as the last.</summary>
/// <param name="bucket">What is told apart: a microsecond for answers, a millisecond for deliveries.</param>
sealed class LatencyCounts(TimeSpan bucket)
{
    /// <summary>A second of microseconds, 16 minutes of milliseconds; 8 MB.</summary>
    const int BucketMax = 1_000_000;

    readonly long[] counts = new long[BucketMax + 1];

    /// <summary>Latencies of answers: microseconds up to a second.</summary>
    public LatencyCounts()
        : this(TimeSpan.FromMicroseconds(1)) { }

    public long Total { get; private set; }

    public void Add(TimeSpan latency, int messages)
    {
        counts[(int)Math.Clamp(latency.Ticks / bucket.Ticks, 0, BucketMax)] += messages;
        Total += messages;
    }

    public void Add(LatencyCounts others)
    {
        for (int i = 0; i < counts.Length; i++)
            counts[i] += others.counts[i];
        Total += others.Total;
    }

    /// <summary>The latency that the given share of all stays at or below.</summary>
    public TimeSpan Percentile(double share)
    {
        long rest = (long)Math.Ceiling(Total * share);
        for (int i = 0; i < counts.Length; i++)
        {
            rest -= counts[i];
            if (rest <= 0)
                return bucket * i;
        }
        return bucket * BucketMax;
    }
}
