using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Broker.Telemetry;

/// <summary>
/// The metrics of one program: a factory for meters and the place where everything they measure is added up until it
/// is read.
/// Not for exporting to several destinations; <see cref="PrometheusWriter"/> is the only reader.
/// </summary>
/// <remarks>
/// Conventions, so that a dashboard written for one part works for all:
/// <list type="bullet">
/// <item>A part declares its instruments in one class named after it (<c>BrokerMeters</c>, <c>RemotingMeters</c>) that
/// takes an
/// <see cref="IMeterFactory"/>; the meter is named as the project. Only meters made by this registry are collected, so
/// several
/// programs may live in one test process.</item>
/// <item>An instrument is named as it appears in the text: Apache's name where one exists, else <c>rocketmq_...</c>;
/// counters end in
/// <c>_total</c> (added where it is missing); units are in the name's end and never converted.</item>
/// <item>Labels are closed sets: codes, topics, groups; never addresses, client ids or message ids.</item>
/// <item>What happens per message is counted in a field of the owner and read through an observable instrument.</item>
/// <item>Two observable instruments of one name (two listeners, say) that report the same labels are summed.</item>
/// <item>Histogram bounds come from <see cref="InstrumentAdvice{T}"/>; see <see cref="HistogramBounds"/>.</item>
/// </list>
/// </remarks>
public sealed class MetricsRegistry : IMeterFactory
{
    readonly MetricsOptions options;
    readonly TimeProvider time;
    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<string, Meter> meters = new();
    readonly Lock familiesLock = new();
    readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    readonly Lock readLock = new();
    long round;
    MetricFamily[] sorted = [];

    /// <summary>Starts collecting from the meters that this registry will make.</summary>
    public MetricsRegistry(MetricsOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        listener.InstrumentPublished = Publish;
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        listener.SetMeasurementEventCallback<decimal>(
            static (_, value, tags, state) => Record(state, (double)value, tags)
        );
        listener.Start();
    }

    /// <summary>
    /// The meter of that name and those tags, which become labels; asking twice gives the same one, so its instruments
    /// are shared.
    /// </summary>
    public Meter Create(MeterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = $"{options.Name}{{{new LabelSet([.. options.Tags ?? []]).Text}}}";
        return meters.GetOrAdd(
            key,
            static (_, made) =>
                new Meter(new MeterOptions(made.options.Name) { Tags = made.options.Tags, Scope = made.registry }),
            (options, registry: this)
        );
    }

    /// <summary>What was declared so far, in name order; also what nobody has measured yet.</summary>
    public IReadOnlyList<MetricDescription> Describe()
    {
        lock (familiesLock)
            return
            [
                .. families.Values.Select(family => new MetricDescription(
                    family.Name,
                    MetricKinds.TextOf(family.Kind),
                    family.Description
                )),
            ];
    }

    /// <summary>Ends collection; measurements made afterwards go nowhere.</summary>
    public void Dispose()
    {
        listener.Dispose();
        foreach (var meter in meters.Values)
            meter.Dispose();
    }

    /// <summary>
    /// Asks the observable instruments, drops what is idle, and hands the families in name order to <paramref
    /// name="read"/>.
    /// One reader at a time: the families' order and the observed values belong to the round.
    /// </summary>
    internal void Read<TState>(TState state, Action<TState, ReadOnlySpan<MetricFamily>> read)
    {
        lock (readLock)
        {
            MetricFamily[] current;
            round++;
            lock (familiesLock)
            {
                if (sorted.Length != families.Count)
                    sorted = [.. families.Values];
                current = sorted;
            }
            foreach (var family in current)
                family.BeginRound(round);
            ObserveAll();
            var now = time.GetTimestamp();
            foreach (var family in current)
                family.Sweep(now, time, options.IdleSeriesLifetime);
            read(state, current);
        }
    }

    /// <summary>
    /// A callback that fails must not hide the other instruments: the listener calls all of them before it reports.
    /// </summary>
    void ObserveAll()
    {
        try
        {
            listener.RecordObservableInstruments();
        }
        catch (AggregateException failures)
        {
            Interlocked.Add(ref failedObservations, failures.InnerExceptions.Count);
        }
    }

    long failedObservations;

    /// <summary>How often an observable instrument's callback threw, since the start.</summary>
    public long FailedObservations => Interlocked.Read(ref failedObservations);

    /// <summary>Measurements that went to the overflow series because an instrument had too many label sets.</summary>
    public long OverflowedMeasurements
    {
        get
        {
            lock (familiesLock)
                return families.Values.Sum(family => family.Overflowed);
        }
    }

    void Publish(Instrument instrument, MeterListener target)
    {
        if (!ReferenceEquals(instrument.Meter.Scope, this))
            return;
        var kind = MetricKinds.Of(instrument);
        var name = MetricName.For(instrument.Name, kind);
        MetricFamily? family;
        lock (familiesLock)
        {
            if (!families.TryGetValue(name, out family))
                families.Add(name, family = new MetricFamily(name, kind, instrument, options.MaxSeriesPerInstrument));
        }
        if (family.Kind != kind || family.Observable != instrument.IsObservable)
            throw new InvalidOperationException(
                $"{name} is declared both as {family.Kind} and as {kind}: one name, one kind of instrument."
            );
        target.EnableMeasurementEvents(instrument, family.AddSource(instrument.Meter.Tags));
    }

    static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        (state as MetricSource)?.Record(value, tags);

    static void Record(object? state, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        (state as MetricSource)?.Record(value, tags);
}
