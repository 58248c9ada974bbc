using System.Globalization;
using System.Text;

namespace Broker.Core.Configuration;

/// <summary>
/// Reads and writes Java properties text: '#' and '!' comments, '=' ':' or blanks between key and value, a backslash at
/// the end of a line continues it, and the escapes \n \t \r \f \\ \uXXXX. Everything parses; later keys win.
/// </summary>
public static class PropertiesText
{
    /// <summary>Keys and values in the order of the text.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string text) =>
        Parse(text, "").Select(setting => KeyValuePair.Create(setting.Key, setting.Value));

    /// <summary>Keys and values in the order of the text, each with the line of the file where it begins.</summary>
    public static IEnumerable<ConfigSetting> Parse(string text, string file)
    {
        foreach (var (number, line) in LogicalLines(text))
        {
            var end = KeyEnd(line);
            var key = Unescape(line[..end]);
            var value = end;
            while (value < line.Length && char.IsWhiteSpace(line[value]))
                value++;
            if (value < line.Length && line[value] is '=' or ':')
                value++;
            while (value < line.Length && char.IsWhiteSpace(line[value]))
                value++;
            yield return new(key, Unescape(line[value..]), $"{file}, line {number}");
        }
    }

    /// <summary>Appends "key=value" so that <see cref="Parse"/> and Java read the same back.</summary>
    public static void Append(StringBuilder text, string key, string value)
    {
        text.Append(key).Append('=');
        foreach (var c in value)
        {
            switch (c)
            {
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
        text.Append('\n');
    }

    static IEnumerable<(int Number, string Line)> LogicalLines(string text)
    {
        var gathered = new StringBuilder();
        var number = 0;
        var first = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r').TrimStart();
            if (gathered.Length == 0 && (line.Length == 0 || line[0] is '#' or '!'))
                continue;
            if (gathered.Length == 0)
                first = number;
            if (EndsInOddBackslashes(line))
            {
                gathered.Append(line, 0, line.Length - 1);
                continue;
            }
            gathered.Append(line);
            if (gathered.Length > 0)
                yield return (first, gathered.ToString());
            gathered.Clear();
        }
        if (gathered.Length > 0)
            yield return (first, gathered.ToString());
    }

    static bool EndsInOddBackslashes(string line)
    {
        var count = 0;
        while (count < line.Length && line[line.Length - 1 - count] == '\\')
            count++;
        return count % 2 == 1;
    }

    static int KeyEnd(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\')
                i++;
            else if (line[i] is '=' or ':' || char.IsWhiteSpace(line[i]))
                return i;
        }
        return line.Length;
    }

    static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }
            i++;
            if (
                text[i] == 'u'
                && i + 4 < text.Length
                && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, null, out var unit)
            )
            {
                plain.Append((char)unit);
                i += 4;
                continue;
            }
            plain.Append(
                text[i] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'f' => '\f',
                    var c => c,
                }
            );
        }
        return plain.ToString();
    }
}
