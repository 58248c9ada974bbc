using System.Buffers;
using System.Globalization;
using System.Text;
using Broker.Telemetry;

namespace Scenarios.Doubles;

/// <summary>Reads figures out of a program's metrics, as a scraper would.</summary>
static class MetricText
{
    /// <summary>The sum of all series of a name.</summary>
    public static double Sum(MetricsRegistry metrics, string name)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new PrometheusWriter(metrics).Write(buffer, ExpositionFormat.PrometheusText);
        return Encoding
            .UTF8.GetString(buffer.WrittenSpan)
            .Split('\n')
            .Where(l =>
                l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal)
            )
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
