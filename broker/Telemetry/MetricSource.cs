using System.Collections.Concurrent;

namespace Broker.Telemetry;

/// <summary>
/// One instrument that feeds a family: it finds the series of a measurement's labels, to which the meter's own are
/// added.
/// </summary>
sealed class MetricSource
{
    readonly MetricFamily family;
    readonly KeyValuePair<string, object?>[] constant;
    readonly ConcurrentDictionary<LabelSet, MetricSeries> series = new(new LabelSetComparer());
    readonly ConcurrentDictionary<LabelSet, MetricSeries>.AlternateLookup<
        ReadOnlySpan<KeyValuePair<string, object?>>
    > byTags;
    MetricSeries? unlabelled;

    public MetricSource(MetricFamily family, IEnumerable<KeyValuePair<string, object?>>? constant)
    {
        this.family = family;
        this.constant = [.. constant ?? []];
        byTags = series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var target = Find(tags);
        if (family.Observable)
            target.Observe(value, family.Round);
        else
            target.Record(value);
    }

    public void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var target = Find(tags);
        if (family.Observable)
            target.Observe(value, family.Round);
        else
            target.Record(value);
    }

    /// <summary>Forgets the way to series that the family has dropped.</summary>
    public void Forget()
    {
        foreach (var (labels, one) in series)
        {
            if (one.IsDropped)
                series.TryRemove(labels, out _);
        }
        if (unlabelled is { IsDropped: true })
            unlabelled = null;
    }

    MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return unlabelled ??= family.Find(new LabelSet(constant), isPlain: true, out _);
        return byTags.TryGetValue(tags, out var found) ? found : Add(tags);
    }

    MetricSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var found = family.Find(new LabelSet([.. constant, .. tags]), isPlain: false, out var overflowed);
        if (!overflowed)
            series.TryAdd(new LabelSet(tags), found);
        return found;
    }
}
