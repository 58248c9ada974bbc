namespace Broker.Telemetry;

/// <summary>The bounds of a <see cref="MetricsRegistry"/>.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// Label sets of one instrument. 20,000 are 10,000 topics times two kinds, the largest catalogue one broker is
    /// made for;
    /// what comes after is added up in one series labelled <c>overflow="true"</c>. At some 200 bytes each this is 4 MB.
    /// </summary>
    public int MaxSeriesPerInstrument { get; init; } = 20_000;

    /// <summary>
    /// A label set that nobody measured for so long is forgotten. Longer than any sensible scrape interval.
    /// </summary>
    public TimeSpan IdleSeriesLifetime { get; init; } = TimeSpan.FromHours(1);
}
