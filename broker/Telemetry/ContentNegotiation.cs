using System.Globalization;

namespace Broker.Telemetry;

/// <summary>
/// Chooses the form of the metrics from a request's <c>Accept</c> header (RFC 9110 §12.5.1; absent or unknown means
/// plain text).
/// </summary>
public static class ContentNegotiation
{
    /// <summary>What to put into the answer's Content-Type.</summary>
    public static string ContentType(ExpositionFormat format) =>
        format == ExpositionFormat.OpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenMetrics only if it is named, and not with a smaller weight than plain text.</summary>
    public static ExpositionFormat Choose(string? accept)
    {
        if (string.IsNullOrEmpty(accept))
            return ExpositionFormat.PrometheusText;
        var open = 0.0;
        var plain = 0.0;
        foreach (var entry in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(';', StringSplitOptions.TrimEntries);
            var weight = Weight(parts);
            if (parts[0].Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
                open = Math.Max(open, weight);
            else if (parts[0] is "*/*" or "text/*" || parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                plain = Math.Max(plain, weight);
        }
        return open > 0 && open >= plain ? ExpositionFormat.OpenMetrics : ExpositionFormat.PrometheusText;
    }

    static double Weight(string[] parts)
    {
        foreach (var part in parts.AsSpan(1))
        {
            if (
                part.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
                && double.TryParse(part.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
            )
                return weight;
        }
        return 1;
    }
}
