using System.Globalization;
using System.Text;

namespace Broker.Telemetry;

/// <summary>
/// The labels of one series: kept as measured for look-ups, and encoded once as they stand in the text.
/// </summary>
sealed class LabelSet
{
    readonly KeyValuePair<string, object?>[] tags;

    public LabelSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        this.tags = tags.ToArray();
        Text = Render(this.tags);
    }

    /// <summary>The labels as measured, in the order of the measurement.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => tags;

    /// <summary><c>a="1",b="2"</c>, sorted by name, without braces; empty when there are none.</summary>
    public string Text { get; }

    static string Render(KeyValuePair<string, object?>[] tags)
    {
        if (tags.Length == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(MetricName.Clean(name)).Append("=\"");
            AppendEscaped(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }
        return text.ToString();
    }

    static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(letter),
            };
        }
    }
}
