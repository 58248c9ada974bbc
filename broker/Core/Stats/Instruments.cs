using System.Diagnostics.Metrics;

namespace Broker.Core.Stats;

/// <summary>Declares instruments that have nothing but a name and a sentence.</summary>
static class Instruments
{
    /// <summary>Counts what happens.</summary>
    public static Counter<long> Counter(this Meter meter, string name, string description) =>
        meter.CreateCounter<long>(name, description: description);

    /// <summary>Is read at a scrape.</summary>
    public static void Gauge(this Meter meter, string name, string description, Func<long> value) =>
        meter.CreateObservableGauge(name, value, description: description);
}
