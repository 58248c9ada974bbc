using System.Diagnostics.Metrics;

namespace Broker.Telemetry;

/// <summary>The bucket bounds of an instrument: those it advises, else the ones for milliseconds.</summary>
static class InstrumentBounds
{
    public static double[] Of(Instrument instrument)
    {
        double[] advised = instrument switch
        {
            Instrument<double> doubles => [.. doubles.Advice?.HistogramBucketBoundaries ?? []],
            Instrument<long> longs =>
            [
                .. (longs.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound),
            ],
            Instrument<int> ints => [.. (ints.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound)],
            Instrument<float> floats =>
            [
                .. (floats.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (double)bound),
            ],
            _ => [],
        };
        return advised.Length > 0 ? advised : [.. HistogramBounds.Milliseconds.HistogramBucketBoundaries!];
    }
}
