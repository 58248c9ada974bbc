namespace Benchmarks.Load;

/// <summary>How often each latency was seen: exact to a microsecond below 100 ms, all above is one bucket.</summary>
sealed class LatencyCounts
{
    const int MicrosMax = 100_000;

    readonly long[] counts = new long[MicrosMax + 1];

    public long Total { get; private set; }

    public void Add(TimeSpan latency, int messages)
    {
        counts[(int)Math.Min(MicrosMax, latency.TotalMicroseconds)] += messages;
        Total += messages;
    }

    public void Add(LatencyCounts others)
    {
        for (int i = 0; i < counts.Length; i++)
            counts[i] += others.counts[i];
        Total += others.Total;
    }

    /// <summary>The microseconds that the given share of all stays at or below.</summary>
    public int Percentile(double share)
    {
        long rest = (long)Math.Ceiling(Total * share);
        for (int i = 0; i < counts.Length; i++)
        {
            rest -= counts[i];
            if (rest <= 0)
                return i;
        }
        return MicrosMax;
    }
}
