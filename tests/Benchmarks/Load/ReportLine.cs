using System.Globalization;
using System.Text;

namespace Benchmarks.Load;

/// <summary>One line of figures as <c>compare.sh</c> reads them: the load's name, then <c>name=number</c>.</summary>
sealed class ReportLine(string load)
{
    readonly StringBuilder text = new(load);

    public void Add(string name, double value) => Append(name, value, "F0");

    /// <summary>The median and the 99th percentile, in microseconds.</summary>
    public void Add(LatencyCounts latencies)
    {
        Add("p50us", latencies.Percentile(0.5).TotalMicroseconds);
        Add("p99us", latencies.Percentile(0.99).TotalMicroseconds);
    }

    /// <summary>The broker's CPU time per message, in microseconds.</summary>
    public void AddCpu(long micros, long messages) =>
        Append("brokerCpuUs/msg", messages == 0 ? 0 : (double)micros / messages, "F2");

    public override string ToString() => text.ToString();

    void Append(string name, double value, string format) =>
        text.Append(' ').Append(name).Append('=').Append(value.ToString(format, CultureInfo.InvariantCulture));
}
