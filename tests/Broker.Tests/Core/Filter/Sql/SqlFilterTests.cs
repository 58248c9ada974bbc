using System.Text;
using Broker.Core.Filter.Sql;
using Xunit;

namespace Broker.Tests.Core.Filter.Sql;

public sealed class SqlFilterTests
{
    [Theory]
    [InlineData("a = 5", true)]
    [InlineData("a <> 5 OR b = 'x''y'", true)]
    [InlineData("A = 5", false)] // names have their case
    [InlineData("a between 1 and 9 AND b is not null", true)]
    [InlineData("b in ('x', 'x''y') and b startswith 'x' and b endswith 'y'", true)]
    [InlineData("b NOT CONTAINS 'z'", true)]
    [InlineData("c NOT CONTAINS 'z'", false)] // missing: neither
    [InlineData("t = TRUE", true)]
    [InlineData("a > 4.5 and a < 1e1", true)]
    [InlineData("a > b", false)] // no order among texts
    [InlineData("a > b OR a = 5", false)] // and an error ends it all
    [InlineData("a = 5 OR a > b", true)] // unless it is settled before
    [InlineData("c = 1 OR a = 5", true)]
    [InlineData("NOT (c = 1)", false)]
    [InlineData("c IS NULL", true)]
    [InlineData("c = d", true)] // both missing, as with the reference
    [InlineData("n > 5", false)] // beyond 32 bits, compared with a small number
    [InlineData("n > 5L", false)]
    [InlineData("n > 2999999999", true)]
    [InlineData("a = 5 -- five\n AND /* and */ t = TRUE", true)]
    public void Messages_pass_that_fit(string expression, bool passes)
    {
        var properties = Utf8("a\u00015\u0002b\u0001x'y\u0002t\u0001true\u0002n\u00013000000000\u0002");
        Assert.Equal(passes, Parsed(expression).MatchesMessage(properties));
    }

    [Fact]
    public void Of_two_properties_of_one_name_the_last_counts() =>
        Assert.True(Parsed("a = 2").MatchesMessage(Utf8("a\u00011\u0002a\u00012")));

    [Theory]
    [InlineData("", 1, 1, "ends")]
    [InlineData("a >", 1, 4, "ends")]
    [InlineData("a = 1 AND\n  b ! 2", 2, 5, "! is not known")]
    [InlineData("a = 'x", 1, 5, "the text 'x has no closing quote")]
    [InlineData("ä = 1", 1, 1, "ä is not known")]
    [InlineData("a IN (1)", 1, 7, "a text in single quotes is expected, not 1")]
    [InlineData("a IN 'x'", 1, 6, "( is expected, not 'x'")]
    [InlineData("a IN ('x' 'y')", 1, 11, ", or ) is expected")]
    [InlineData("1 IN ('x')", 1, 3, "the name of a property")]
    [InlineData("a > 'x'", 1, 3, "only numbers and properties have an order")]
    [InlineData("a = NULL", 1, 3, "write IS NULL")]
    [InlineData("a IS 1", 1, 6, "NULL or NOT NULL is expected, not 1")]
    [InlineData("a BETWEEN 5 AND 1", 1, 3, "must not be above")]
    [InlineData("a BETWEEN 5 OR 1", 1, 13, "AND is expected")]
    [InlineData("a NOT 5", 1, 7, "BETWEEN, IN, CONTAINS")]
    [InlineData("a CONTAINS b", 1, 12, "a text in single quotes")]
    [InlineData("(a = 1", 1, 7, "the expression ends where ) is expected")]
    [InlineData("TRUE = 1", 1, 6, "cannot be compared")]
    [InlineData("a = 9223372036854775808", 1, 5, "a whole number is at most 9223372036854775807")]
    [InlineData("a = 0.0", 1, 5, "a fraction is between")]
    [InlineData("a = 1;", 1, 6, "; is not known; the end is expected")]
    [InlineData("'x'", 1, 1, "where a condition is expected")]
    public void A_problem_says_where_and_what(string expression, int line, int column, string what)
    {
        Assert.False(SqlFilter.TryParse(Utf8(expression), out _, out var problem));
        Assert.StartsWith($"SQL92 expression, line {line}, column {column}: ", problem);
        Assert.Contains(what, problem);
    }

    [Theory]
    [InlineData("a = 1", -1)]
    [InlineData("a = 1 b = 2", 6)]
    [InlineData("a LIKE 'x%'", 2)]
    [InlineData("a = 007", 5)]
    public void What_stands_behind_the_end_is_ignored_but_known(string expression, int from) =>
        Assert.Equal(from, Parsed(expression).IgnoredFrom);

    [Theory]
    [InlineData("(", ")", SqlParser.DepthMax - 1)]
    [InlineData("NOT ", "", SqlParser.DepthMax - 2)]
    [InlineData("-", " = 1", SqlParser.DepthMax - 2)]
    public void Nesting_is_bounded(string before, string after, int most)
    {
        string Nested(int times) =>
            string.Concat(Enumerable.Repeat(before, times))
            + "a"
            + string.Concat(Enumerable.Repeat(after, times))[..(after == ")" ? times : after.Length)];
        Parsed(Nested(most));
        Assert.False(SqlFilter.TryParse(Utf8(Nested(most + 2)), out _, out var problem));
        Assert.Contains("nested more than", problem);
    }

    [Fact]
    public void A_chain_of_comparisons_is_bounded_too()
    {
        var chain = "a" + string.Concat(Enumerable.Repeat(" = 1", SqlParser.DepthMax));
        Assert.False(SqlFilter.TryParse(Utf8(chain), out _, out var problem));
        Assert.Contains("nested more than", problem);
    }

    [Fact]
    public void A_long_chain_of_conditions_is_not_deep()
    {
        var chain = string.Join(" OR ", Enumerable.Range(0, 3000).Select(i => $"a = {i}"));
        Assert.True(
            Parsed(chain[..chain.LastIndexOf(" OR ", SqlParser.BytesMax, StringComparison.Ordinal)])
                .MatchesMessage(Utf8("a\u0001700\u0002"))
        );
    }

    [Fact]
    public void Length_and_names_are_bounded()
    {
        Assert.False(SqlFilter.TryParse(new byte[SqlParser.BytesMax + 1], out _, out var problem));
        Assert.Contains("32767 bytes", problem);
        string Names(int count) => string.Join(" OR ", Enumerable.Range(0, count).Select(i => $"n{i} = 1"));
        Assert.True(Parsed(Names(SqlParser.NamesMax)).MatchesMessage(Utf8($"n{SqlParser.NamesMax - 1}\u00011")));
        Assert.False(SqlFilter.TryParse(Utf8(Names(SqlParser.NamesMax + 1)), out _, out problem));
        Assert.Contains("64 different properties", problem);
    }

    static SqlFilter Parsed(string expression) =>
        SqlFilter.TryParse(Utf8(expression), out var filter, out var problem)
            ? filter
            : throw new InvalidOperationException(problem);

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
