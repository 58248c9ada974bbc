using System.Globalization;
using System.Text;

namespace Broker.Telemetry;

/// <summary>
/// One line of the text (a histogram: one block of lines). Names are encoded once; measuring allocates nothing.
/// </summary>
sealed class MetricSeries
{
    readonly MetricKind kind;
    readonly double[] bounds;
    readonly long[] buckets;
    long integer;
    double real;
    long round;
    bool touched = true;
    long touchedAt;

    public MetricSeries(string name, MetricKind kind, string labels, double[] bounds)
    {
        this.kind = kind;
        this.bounds = bounds;
        Labels = labels;
        buckets = kind == MetricKind.Histogram ? new long[bounds.Length + 1] : [];
        Prefixes = kind == MetricKind.Histogram ? HistogramPrefixes(name, labels, bounds) : [Prefix(name, labels)];
    }

    public string Labels { get; }

    /// <summary>What stands before each value; of a histogram the buckets by bound, then sum, then count.</summary>
    public byte[][] Prefixes { get; }

    /// <summary>The reading in which an observable instrument last reported this series.</summary>
    public long Round => Volatile.Read(ref round);

    /// <summary>No longer written; whoever still holds it measures into the void until it looks again.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>
    /// The sum of a histogram, the value of anything else; integers and fractions are added apart to stay exact.
    /// </summary>
    public double Value => Interlocked.Read(ref integer) + Volatile.Read(ref real);

    /// <summary>Copies the counts per bucket (not cumulated, the last one is above all bounds).</summary>
    public int CopyBuckets(Span<long> target)
    {
        for (var i = 0; i < buckets.Length; i++)
            target[i] = Interlocked.Read(ref buckets[i]);
        return buckets.Length;
    }

    public void Record(long value)
    {
        Touch();
        if (kind == MetricKind.Gauge)
            Set(value);
        else
            Interlocked.Add(ref integer, value);
        if (kind == MetricKind.Histogram)
            Interlocked.Increment(ref buckets[BucketOf(value)]);
    }

    public void Record(double value)
    {
        Touch();
        if (kind == MetricKind.Gauge)
            Set(value);
        else
            Add(value);
        if (kind == MetricKind.Histogram)
            Interlocked.Increment(ref buckets[BucketOf(value)]);
    }

    public void Observe(double value, long inRound)
    {
        if (Interlocked.Exchange(ref round, inRound) != inRound)
            Set(value);
        else
            Add(value);
    }

    public void Observe(long value, long inRound)
    {
        if (Interlocked.Exchange(ref round, inRound) != inRound)
            Set(value);
        else
            Interlocked.Add(ref integer, value);
    }

    /// <summary>
    /// Whether nothing was measured for <paramref name="lifetime"/>. To be asked at every reading: it keeps the time
    /// of the last yes.
    /// </summary>
    public bool IsIdle(long now, TimeProvider time, TimeSpan lifetime)
    {
        if (touched)
        {
            touched = false;
            touchedAt = now;
            return false;
        }
        return time.GetElapsedTime(touchedAt, now) > lifetime;
    }

    public void Drop() => IsDropped = true;

    void Touch()
    {
        if (!touched)
            touched = true;
    }

    void Set(double value)
    {
        Interlocked.Exchange(ref integer, 0);
        Interlocked.Exchange(ref real, value);
    }

    void Set(long value)
    {
        Interlocked.Exchange(ref real, 0);
        Interlocked.Exchange(ref integer, value);
    }

    void Add(double value)
    {
        var seen = Volatile.Read(ref real);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref real, seen + value, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }

    int BucketOf(double value)
    {
        for (var i = 0; i < bounds.Length; i++)
        {
            if (value <= bounds[i])
                return i;
        }
        return bounds.Length;
    }

    static byte[] Prefix(string name, string labels) =>
        Encoding.UTF8.GetBytes(labels.Length == 0 ? $"{name} " : $"{name}{{{labels}}} ");

    static byte[][] HistogramPrefixes(string name, string labels, double[] bounds)
    {
        var lead = labels.Length == 0 ? "" : labels + ",";
        var prefixes = new byte[bounds.Length + 3][];
        for (var i = 0; i < bounds.Length; i++)
            prefixes[i] = Prefix($"{name}_bucket", $"{lead}le=\"{Bound(bounds[i])}\"");
        prefixes[bounds.Length] = Prefix($"{name}_bucket", $"{lead}le=\"+Inf\"");
        prefixes[bounds.Length + 1] = Prefix($"{name}_sum", labels);
        prefixes[bounds.Length + 2] = Prefix($"{name}_count", labels);
        return prefixes;
    }

    /// <summary>
    /// OpenMetrics wants "1.0" where the older text allows "1"; one form for both keeps the series the same.
    /// </summary>
    static string Bound(double bound)
    {
        var text = bound.ToString(CultureInfo.InvariantCulture);
        return text.All(letter => char.IsAsciiDigit(letter) || letter == '-') ? text + ".0" : text;
    }
}
