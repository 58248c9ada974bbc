using System.Text;

namespace Operator.Plan.Instances.Children;

/// <summary>Java's properties format, as Apache's processes read their configuration.</summary>
static class PropertiesText
{
    /// <summary>One line for each pair, in the given order. A value cannot break out of its line.</summary>
    public static string Render(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in pairs)
        {
            text.Append(key).Append('=');
            Escape(text, value);
            text.Append('\n');
        }
        return text.ToString();
    }

    static void Escape(StringBuilder text, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            _ = value[i] switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                ' ' when i == 0 => text.Append(@"\ "),
                var other => text.Append(other),
            };
        }
    }
}
