using System.Reflection;
using System.Text;
using Broker.Core.Filter.Sql;
using Xunit;

namespace Broker.Tests.Core.Filter.Sql;

/// <summary>Every verdict is the reference's.</summary>
public sealed class SqlGoldenTests
{
    [Fact]
    public void Every_verdict_is_the_references()
    {
        var lines = Lines();
        Assert.InRange(lines.Length, 400, int.MaxValue);
        var wrong = new List<string>();
        foreach (var line in lines)
        {
            var parts = line.Split('\t');
            var verdict = Verdict(Unescaped(parts[1]), Properties(Unescaped(parts[2])));
            if (verdict != parts[0])
                wrong.Add($"{verdict} instead of {line}");
        }
        Assert.Empty(wrong);
    }

    static string Verdict(byte[] expression, byte[] properties)
    {
        if (!SqlFilter.TryParse(expression, out var filter, out _))
            return "X";
        Assert.Equal(filter.Evaluate(properties) == SqlKind.True, filter.MatchesMessage(properties));
        return filter.Evaluate(properties) switch
        {
            SqlKind.True => "T",
            SqlKind.False => "F",
            SqlKind.Null => "N",
            _ => "E",
        };
    }

    static byte[] Properties(byte[] text) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("; ", "\u0002").Replace('=', '\u0001'));

    static byte[] Unescaped(string text) =>
        Encoding.UTF8.GetBytes(
            text.Replace("\\\\", "\0").Replace("\\t", "\t").Replace("\\n", "\n").Replace('\0', '\\')
        );

    static string[] Lines()
    {
        const string name = "Broker.Tests.Core.Filter.Golden.sql.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
    }
}
