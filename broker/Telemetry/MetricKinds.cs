using System.Diagnostics.Metrics;

namespace Broker.Telemetry;

/// <summary>Maps .NET's instruments to the Prometheus data model.</summary>
static class MetricKinds
{
    public static MetricKind Of(Instrument instrument)
    {
        var type = instrument.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (definition == typeof(Histogram<>))
            return MetricKind.Histogram;
        if (definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        return definition == typeof(UpDownCounter<>) || definition == typeof(ObservableUpDownCounter<>)
            ? MetricKind.UpDown
            : MetricKind.Gauge;
    }

    /// <summary>The word of the exposition format.</summary>
    public static string TextOf(MetricKind kind) =>
        kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
}
