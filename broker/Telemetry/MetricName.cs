namespace Broker.Telemetry;

/// <summary>
/// Names that every Prometheus version accepts: letters, digits and underscores; colons belong to recording rules.
/// </summary>
static class MetricName
{
    const string CounterSuffix = "_total";

    /// <summary>
    /// An instrument's name as a family: anything else becomes an underscore, counters end in <c>_total</c>.
    /// </summary>
    public static string For(string instrument, MetricKind kind)
    {
        var name = Clean(instrument);
        return kind == MetricKind.Counter && !name.EndsWith(CounterSuffix, StringComparison.Ordinal)
            ? name + CounterSuffix
            : name;
    }

    /// <summary>OpenMetrics calls a counter's family by its name without the suffix that its sample has.</summary>
    public static string FamilyInOpenMetrics(string name, MetricKind kind) =>
        kind == MetricKind.Counter ? name[..^CounterSuffix.Length] : name;

    /// <summary>A label's name under the same rules.</summary>
    public static string Clean(string name)
    {
        var isClean = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(IsLegal);
        if (isClean)
            return name;
        var cleaned = string.Concat(name.Select(letter => IsLegal(letter) ? letter : '_'));
        return cleaned.Length == 0 || char.IsAsciiDigit(cleaned[0]) ? "_" + cleaned : cleaned;
    }

    static bool IsLegal(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';
}
