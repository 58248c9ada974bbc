using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Broker.Telemetry;

/// <summary>All series of one name. Series are made by any thread; reading belongs to one reader at a time.</summary>
sealed class MetricFamily
{
    const string OverflowLabels = "overflow=\"true\"";

    readonly ConcurrentDictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    readonly List<MetricSource> sources = [];
    readonly Lock creation = new();
    readonly int maxSeries;
    readonly double[] bounds;
    long overflowed;
    long round;
    MetricSeries[]? ordered;

    public MetricFamily(string name, MetricKind kind, Instrument instrument, int maxSeries)
    {
        Name = name;
        Kind = kind;
        Description = instrument.Description ?? "";
        Observable = instrument.IsObservable;
        this.maxSeries = maxSeries;
        bounds = kind == MetricKind.Histogram ? InstrumentBounds.Of(instrument) : [];
        PlainHead = RenderHead(name, kind, instrument.Description);
        OpenMetricsHead = RenderHead(MetricName.FamilyInOpenMetrics(name, kind), kind, instrument.Description);
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    public string Description { get; }

    public bool Observable { get; }

    /// <summary>The number of the reading that is going on.</summary>
    public long Round => Volatile.Read(ref round);

    /// <summary>The two comment lines before the samples in text 0.0.4.</summary>
    public byte[] PlainHead { get; }

    /// <summary>The same in OpenMetrics, where a counter is called without its suffix.</summary>
    public byte[] OpenMetricsHead { get; }

    public long Overflowed => Interlocked.Read(ref overflowed);

    /// <summary>The series by label text, as of the last change.</summary>
    public ReadOnlySpan<MetricSeries> Series =>
        ordered ??= [.. series.Values.OrderBy(one => one.Labels, StringComparer.Ordinal)];

    /// <summary>Another instrument of this name.</summary>
    public MetricSource AddSource(IEnumerable<KeyValuePair<string, object?>>? constantLabels)
    {
        var source = new MetricSource(this, constantLabels);
        lock (creation)
            sources.Add(source);
        return source;
    }

    /// <summary>
    /// The series of these labels, in whatever order they were given; a new one above the bound is the overflow
    /// series.
    /// </summary>
    /// <param name="isPlain">No labels of a measurement: such a series always finds room.</param>
    public MetricSeries Find(LabelSet labels, bool isPlain, out bool isOverflow)
    {
        lock (creation)
        {
            isOverflow = false;
            if (series.TryGetValue(labels.Text, out var known))
                return known;
            var text = labels.Text;
            if (series.Count >= maxSeries && !isPlain)
            {
                overflowed++;
                isOverflow = true;
                text = OverflowLabels;
            }
            ordered = null;
            return series.GetOrAdd(
                text,
                static (key, family) => new MetricSeries(family.Name, family.Kind, key, family.bounds),
                this
            );
        }
    }

    public void BeginRound(long number) => Volatile.Write(ref round, number);

    /// <summary>
    /// Forgets observed series that were not reported this time, and measured ones that have been idle for too long.
    /// </summary>
    public void Sweep(long now, TimeProvider time, TimeSpan lifetime)
    {
        lock (creation)
        {
            foreach (var (text, one) in series)
            {
                if (Observable ? one.Round == round : text.Length == 0 || !one.IsIdle(now, time, lifetime))
                    continue;
                series.TryRemove(text, out _);
                one.Drop();
                ordered = null;
            }
            foreach (var source in sources)
                source.Forget();
        }
    }

    static byte[] RenderHead(string name, MetricKind kind, string? description)
    {
        var help = (description ?? "").Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\"", "'");
        return Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {MetricKinds.TextOf(kind)}\n");
    }
}
