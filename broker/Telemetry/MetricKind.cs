namespace Broker.Telemetry;

/// <summary>What a family of series is in the Prometheus data model.</summary>
enum MetricKind
{
    /// <summary>Only grows while the program runs.</summary>
    Counter,

    /// <summary>May go up and down and is set to what it is; a gauge in the text.</summary>
    Gauge,

    /// <summary>May go up and down and is added to; a gauge in the text too.</summary>
    UpDown,

    /// <summary>Counts of measurements by size, with fixed bounds.</summary>
    Histogram,
}
