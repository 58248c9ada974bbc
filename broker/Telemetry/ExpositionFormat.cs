namespace Broker.Telemetry;

/// <summary>The two forms in which a scraper may want the text.</summary>
public enum ExpositionFormat
{
    /// <summary>Prometheus text format 0.0.4, what everything reads.</summary>
    PrometheusText,

    /// <summary>OpenMetrics 1.0.0, when the scraper asks for it.</summary>
    OpenMetrics,
}
