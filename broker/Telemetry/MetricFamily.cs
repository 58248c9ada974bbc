using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Broker.Telemetry;

/// <summary>All series of one name. Measurements come from any thread; reading belongs to one reader at a time.</summary>
sealed class MetricFamily
{
    static readonly KeyValuePair<string, object?>[] OverflowTags = [new("overflow", "true")];

    readonly ConcurrentDictionary<LabelSet, MetricSeries> series = new(new LabelSetComparer());
    readonly ConcurrentDictionary<LabelSet, MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> byTags;
    readonly ConcurrentDictionary<string, MetricSeries> byText = new(StringComparer.Ordinal);
    readonly Lock creation = new();
    readonly int maxSeries;
    readonly double[] bounds;
    long overflowed;
    long round;
    MetricSeries? unlabelled;
    MetricSeries[]? ordered;

    public MetricFamily(string name, MetricKind kind, Instrument instrument, int maxSeries)
    {
        Name = name;
        Kind = kind;
        Observable = instrument.IsObservable;
        this.maxSeries = maxSeries;
        bounds = kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
        byTags = series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        PlainHead = RenderHead(name, kind, instrument.Description);
        OpenMetricsHead = RenderHead(MetricName.FamilyInOpenMetrics(name, kind), kind, instrument.Description);
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    public bool Observable { get; }

    /// <summary>The two comment lines before the samples in text 0.0.4.</summary>
    public byte[] PlainHead { get; }

    /// <summary>The same in OpenMetrics, where a counter is called without its suffix.</summary>
    public byte[] OpenMetricsHead { get; }

    public long Overflowed => Interlocked.Read(ref overflowed);

    /// <summary>The series by label text, as of the last change.</summary>
    public ReadOnlySpan<MetricSeries> Series => ordered ??= [.. byText.Values.OrderBy(one => one.Labels, StringComparer.Ordinal)];

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var target = Find(tags);
        if (Observable)
            target.Observe(value, Volatile.Read(ref round));
        else
            target.Record(value);
    }

    public void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var target = Find(tags);
        if (Observable)
            target.Observe(value, Volatile.Read(ref round));
        else
            target.Record(value);
    }

    public void BeginRound(long number) => Volatile.Write(ref round, number);

    /// <summary>Forgets observed series that were not reported this time, and measured ones that have been idle for too long.</summary>
    public void Sweep(long now, TimeProvider time, TimeSpan lifetime)
    {
        foreach (var (labels, one) in series)
        {
            var keep = Observable ? one.Round == round : one.Labels.Length == 0 || !one.IsIdle(now, time, lifetime);
            if (keep)
                continue;
            series.TryRemove(labels, out _);
            byText.TryRemove(one.Labels, out _);
            ordered = null;
            if (ReferenceEquals(unlabelled, one))
                unlabelled = null;
        }
    }

    MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return unlabelled ?? (unlabelled = Create(tags));
        return byTags.TryGetValue(tags, out var found) ? found : Create(tags);
    }

    /// <summary>The same labels in another order are the same series: <see cref="byText"/> is sorted, <see cref="series"/> is not.</summary>
    MetricSeries Create(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (creation)
        {
            if (byTags.TryGetValue(tags, out var known))
                return known;
            if (series.Count >= maxSeries && !tags.IsEmpty)
            {
                overflowed++;
                tags = OverflowTags;
                if (byTags.TryGetValue(tags, out known))
                    return known;
            }
            var labels = new LabelSet(tags);
            var created = byText.GetOrAdd(labels.Text, static (text, family) =>
                new MetricSeries(family.Name, family.Kind, text, family.bounds), this);
            series.TryAdd(labels, created);
            ordered = null;
            return created;
        }
    }

    static double[] BoundsOf(Instrument instrument)
    {
        double[]? advised = instrument switch
        {
            Instrument<double> doubles => [.. doubles.Advice?.HistogramBucketBoundaries ?? []],
            Instrument<long> longs => [.. (longs.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
            Instrument<int> ints => [.. (ints.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
            Instrument<float> floats => [.. (floats.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
            _ => null,
        };
        return advised is { Length: > 0 } ? advised : [.. HistogramBounds.Milliseconds.HistogramBucketBoundaries!];
    }

    static byte[] RenderHead(string name, MetricKind kind, string? description)
    {
        var help = (description ?? "").Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\"", "'");
        var type = kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
        return Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }
}
