using System.Buffers;
using System.Globalization;

namespace Broker.Telemetry;

/// <summary>
/// Writes everything a <see cref="MetricsRegistry"/> knows as text. Values are copied before they are written, so a
/// measurement
/// made meanwhile never yields a histogram whose count differs from its last bucket.
/// </summary>
public sealed class PrometheusWriter(MetricsRegistry registry)
{
    /// <summary>Enough for any double in shortest round-trip form ("-1.7976931348623157E+308") and any long.</summary>
    const int MaxNumberLength = 32;

    /// <summary>
    /// Renders the whole text; it does not flush. One call at a time, later callers wait for the earlier.
    /// </summary>
    public void Write(IBufferWriter<byte> output, ExpositionFormat format)
    {
        registry.Read(
            (output, format),
            static (state, families) =>
            {
                foreach (var family in families)
                    WriteFamily(state.output, state.format, family);
            }
        );
        if (format == ExpositionFormat.OpenMetrics)
            output.Write("# EOF\n"u8);
    }

    static void WriteFamily(IBufferWriter<byte> output, ExpositionFormat format, MetricFamily family)
    {
        var headWritten = false;
        foreach (var series in family.Series)
        {
            if (!headWritten)
            {
                output.Write(format == ExpositionFormat.OpenMetrics ? family.OpenMetricsHead : family.PlainHead);
                headWritten = true;
            }
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(output, series);
            else
                WriteLine(output, series.Prefixes[0], series.Value);
        }
    }

    static void WriteHistogram(IBufferWriter<byte> output, MetricSeries series)
    {
        var prefixes = series.Prefixes;
        var counts = ArrayPool<long>.Shared.Rent(prefixes.Length);
        var length = series.CopyBuckets(counts);
        var sum = series.Value;
        var total = 0L;
        for (var i = 0; i < length; i++)
        {
            total += counts[i];
            WriteLine(output, prefixes[i], total);
        }
        WriteLine(output, prefixes[length], sum);
        WriteLine(output, prefixes[length + 1], total);
        ArrayPool<long>.Shared.Return(counts);
    }

    static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> prefix, double value)
    {
        output.Write(prefix);
        var target = output.GetSpan(MaxNumberLength);
        int written;
        if (double.IsInfinity(value) || double.IsNaN(value))
        {
            var text =
                double.IsNaN(value) ? "NaN"u8
                : value > 0 ? "+Inf"u8
                : "-Inf"u8;
            text.CopyTo(target);
            written = text.Length;
        }
        else if (Math.Abs(value) < 1L << 53 && value == Math.Truncate(value))
            ((long)value).TryFormat(target, out written, provider: CultureInfo.InvariantCulture);
        else
            value.TryFormat(target, out written, provider: CultureInfo.InvariantCulture);
        target[written++] = (byte)'\n';
        output.Advance(written);
    }
}
