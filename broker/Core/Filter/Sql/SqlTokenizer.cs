using System.Buffers;
using System.Text;

namespace Broker.Core.Filter.Sql;

/// <summary>
/// Cuts an expression in UTF-8 into words and signs, as Apache 5.3.3 does: words in any case, names of ASCII letters,
/// digits, _ and $, comments <c>-- to the end of the line</c> (which must end) and <c>/* */</c>. Never throws: what is
/// no token is a <see cref="SqlTokenKind.Problem"/>.
/// </summary>
readonly ref struct SqlTokenizer(ReadOnlySpan<byte> expression)
{
    static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"u8
    );

    static readonly (string Word, SqlTokenKind Kind)[] Words =
    [
        ("NOT", SqlTokenKind.Not),
        ("AND", SqlTokenKind.And),
        ("OR", SqlTokenKind.Or),
        ("BETWEEN", SqlTokenKind.Between),
        ("IN", SqlTokenKind.In),
        ("TRUE", SqlTokenKind.True),
        ("FALSE", SqlTokenKind.False),
        ("NULL", SqlTokenKind.Null),
        ("IS", SqlTokenKind.Is),
        ("CONTAINS", SqlTokenKind.Contains),
        ("STARTSWITH", SqlTokenKind.StartsWith),
        ("ENDSWITH", SqlTokenKind.EndsWith),
    ];

    readonly ReadOnlySpan<byte> _expression = expression;

    /// <summary>The token at or behind a position.</summary>
    public SqlToken Next(int at)
    {
        at = SkipBlanks(at);
        if (at == _expression.Length)
            return new SqlToken(SqlTokenKind.End, at, 0);
        var rest = _expression[at..];
        var first = rest[0];
        if (first == '\'')
            return Text(at);
        if (char.IsAsciiDigit((char)first) || first == '.')
            return Number(at);
        if (NameBytes.Contains(first))
            return Word(at);
        return first switch
        {
            (byte)'=' => Sign(SqlTokenKind.Equal, at, 1),
            (byte)'<' when rest.StartsWith("<>"u8) => Sign(SqlTokenKind.Unequal, at, 2),
            (byte)'<' when rest.StartsWith("<="u8) => Sign(SqlTokenKind.LessOrEqual, at, 2),
            (byte)'<' => Sign(SqlTokenKind.Less, at, 1),
            (byte)'>' when rest.StartsWith(">="u8) => Sign(SqlTokenKind.GreaterOrEqual, at, 2),
            (byte)'>' => Sign(SqlTokenKind.Greater, at, 1),
            (byte)'+' => Sign(SqlTokenKind.Plus, at, 1),
            (byte)'-' => Sign(SqlTokenKind.Minus, at, 1),
            (byte)'(' => Sign(SqlTokenKind.Open, at, 1),
            (byte)')' => Sign(SqlTokenKind.Close, at, 1),
            (byte)',' => Sign(SqlTokenKind.Comma, at, 1),
            _ => Problem(at),
        };
    }

    static SqlToken Sign(SqlTokenKind kind, int at, int length) => new(kind, at, length);

    /// <summary>The whole character, so that it can be shown.</summary>
    SqlToken Problem(int at)
    {
        Rune.DecodeFromUtf8(_expression[at..], out _, out var length);
        return new SqlToken(SqlTokenKind.Problem, at, length);
    }

    int SkipBlanks(int at)
    {
        while (at < _expression.Length)
        {
            var rest = _expression[at..];
            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')
                at++;
            else if (rest.StartsWith("--"u8) && rest.IndexOfAny((byte)'\n', (byte)'\r') is > 0 and var line)
                at += line;
            else if (rest.StartsWith("/*"u8) && rest[2..].IndexOf("*/"u8) is >= 0 and var end)
                at += end + 4;
            else
                break;
        }
        return at;
    }

    /// <summary>
    /// Two quotes are one of the text's; without a closing quote, the last such pair's first one closes.
    /// </summary>
    SqlToken Text(int at)
    {
        var end = at + 1;
        var closed = 0;
        while (_expression[end..].IndexOf((byte)'\'') is >= 0 and var quote)
        {
            end += quote + 1;
            if (end == _expression.Length || _expression[end] != '\'')
                return new SqlToken(SqlTokenKind.Text, at, end - at);
            closed = end - at;
            end++;
        }
        return closed > 0
            ? new SqlToken(SqlTokenKind.Text, at, closed)
            : new SqlToken(SqlTokenKind.Problem, at, _expression.Length - at);
    }

    SqlToken Number(int at)
    {
        var end = Digits(at);
        var isFraction = end < _expression.Length && _expression[end] == '.';
        if (isFraction)
        {
            var digits = end - at;
            end = Digits(end + 1);
            if (digits == 0 && end == at + 1)
                return Problem(at);
        }
        var behindExponent = Exponent(end);
        if (isFraction || behindExponent > end)
            return new SqlToken(SqlTokenKind.Fraction, at, behindExponent - at);
        // A leading zero is a number of its own, and what follows the next one.
        if (_expression[at] == '0')
            return new SqlToken(SqlTokenKind.Whole, at, 1);
        if (end < _expression.Length && _expression[end] is (byte)'l' or (byte)'L')
            end++;
        return new SqlToken(SqlTokenKind.Whole, at, end - at);
    }

    int Digits(int at)
    {
        var end = _expression[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? _expression.Length : at + end;
    }

    /// <summary>The position behind E+10 and the like; the given one when there is none.</summary>
    int Exponent(int at)
    {
        if (at == _expression.Length || _expression[at] is not ((byte)'e' or (byte)'E'))
            return at;
        var digits = at + 1;
        if (digits < _expression.Length && _expression[digits] is (byte)'+' or (byte)'-')
            digits++;
        var end = Digits(digits);
        return end == digits ? at : end;
    }

    SqlToken Word(int at)
    {
        var length = _expression[at..].IndexOfAnyExcept(NameBytes);
        if (length < 0)
            length = _expression.Length - at;
        var word = _expression.Slice(at, length);
        foreach (var (text, kind) in Words)
        {
            if (Ascii.EqualsIgnoreCase(word, text))
                return new SqlToken(kind, at, length);
        }
        return new SqlToken(SqlTokenKind.Name, at, length);
    }
}
