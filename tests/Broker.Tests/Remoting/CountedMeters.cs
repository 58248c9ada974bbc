using System.Diagnostics.Metrics;

namespace Broker.Tests.Remoting;

/// <summary>Adds up what counters measured, by their name and their label <c>reason</c>.</summary>
sealed class CountedMeters : IMeterFactory
{
    readonly MeterListener listener = new();
    readonly List<Meter> meters = [];
    readonly Dictionary<(string Name, string Reason), long> sums = [];

    public CountedMeters()
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(Add);
        listener.Start();
    }

    public long this[string name, string reason]
    {
        get
        {
            lock (sums)
                return sums.GetValueOrDefault((name, reason));
        }
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        listener.Dispose();
        meters.ForEach(meter => meter.Dispose());
    }

    void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        string reason = "";
        foreach (var (name, label) in tags)
        {
            if (name == "reason")
                reason = (string)label!;
        }
        lock (sums)
            sums[(instrument.Name, reason)] = sums.GetValueOrDefault((instrument.Name, reason)) + value;
    }
}
