using System.Globalization;
using System.Text;

namespace Broker.Core.Filter.Sql;

/// <content>Signs, operands, and what is said about problems.</content>
ref partial struct SqlParser
{
    SqlNode? Unary()
    {
        if (++_depth > DepthMax)
            return TooDeep();
        var sign = _token;
        SqlNode? node;
        switch (sign.Kind)
        {
            case SqlTokenKind.Plus:
                Take();
                node = Unary();
                break;
            case SqlTokenKind.Minus:
                Take();
                node = Unary() is { } number ? Bounded(new SqlNegation(number)) : null;
                break;
            case SqlTokenKind.Not:
                Take();
                node =
                    Unary() is { } inner && Condition(inner, sign) is { } condition
                        ? Bounded(new SqlNot(condition))
                        : null;
                break;
            default:
                node = Operand();
                break;
        }
        _depth--;
        return node;
    }

    SqlNode? Operand()
    {
        var token = _token;
        switch (token.Kind)
        {
            case SqlTokenKind.Text:
                return new SqlConstant(Text()!);
            case SqlTokenKind.Whole:
                return Whole(token);
            case SqlTokenKind.Fraction:
                return Fraction(token);
            case SqlTokenKind.True:
                Take();
                return SqlConstant.True;
            case SqlTokenKind.False:
                Take();
                return SqlConstant.False;
            case SqlTokenKind.Null:
                Take();
                return SqlConstant.Null;
            case SqlTokenKind.Name:
                return Property(token);
            case SqlTokenKind.Open:
                Take();
                var inner = Or();
                return inner is null || TryTake(SqlTokenKind.Close) ? inner : Unexpected(")");
            default:
                return Unexpected("a property, a number, a text in quotes, TRUE, FALSE, NULL, NOT, a sign or (");
        }
    }

    SqlNode? Whole(SqlToken token)
    {
        var digits = BytesOf(token).TrimEnd("lL"u8);
        if (!JavaNumber.TryWhole(digits, out var value))
            return Refuse(token, $"a whole number is at most {long.MaxValue}");
        Take();
        return new SqlConstant(value);
    }

    SqlNode? Fraction(SqlToken token)
    {
        if (!JavaNumber.TryDouble(BytesOf(token), out var value) || value is 0 or double.PositiveInfinity)
            return Refuse(token, "a fraction is between 4.9E-324 and 1.7976931348623157E308; write 0 for zero");
        Take();
        return new SqlConstant(value);
    }

    SqlNode? Property(SqlToken token)
    {
        var number = 0;
        while (number < _names.Count && !BytesOf(token).SequenceEqual(_names[number]))
            number++;
        if (number == NamesMax)
            return Refuse(token, $"a filter can name {NamesMax} different properties");
        if (number == _names.Count)
            _names.Add(BytesOf(token).ToArray());
        Take();
        return new SqlProperty(number);
    }

    /// <summary>A text without its quotes, null with a problem when none stands here.</summary>
    byte[]? Text()
    {
        if (_token.Kind != SqlTokenKind.Text)
        {
            Unexpected("a text in single quotes");
            return null;
        }
        var quoted = BytesOf(_token)[1..^1];
        Take();
        var text = new byte[quoted.Length - quoted.Count((byte)'\'') / 2];
        var length = 0;
        for (var i = 0; i < quoted.Length; i++)
        {
            text[length++] = quoted[i];
            if (quoted[i] == '\'')
                i++;
        }
        return text;
    }

    /// <summary>As a condition, which a property becomes and a number or a text cannot.</summary>
    SqlNode? Condition(SqlNode node, SqlToken at) =>
        node.IsCondition ? node
        : node is SqlProperty ? Bounded(new SqlPresence(node))
        : Refuse(at, "a number or a text stands where a condition is expected");

    SqlNode? Bounded(SqlNode node) => node.Depth <= DepthMax ? node : TooDeep();

    SqlNode? TooDeep() => Refuse(_token, $"the expression is nested more than {DepthMax} deep");

    void Take() => _token = _tokenizer.Next(_token.End);

    bool TryTake(SqlTokenKind kind)
    {
        if (_token.Kind != kind)
            return false;
        Take();
        return true;
    }

    readonly ReadOnlySpan<byte> BytesOf(SqlToken token) => _expression.Slice(token.Start, token.Length);

    SqlNode? Unexpected(string expected)
    {
        const int shownMax = 40;
        var found = Encoding.UTF8.GetString(BytesOf(_token)[..Math.Min(_token.Length, shownMax)]);
        var isOpenText = _token.Kind == SqlTokenKind.Problem && found[0] == '\'';
        return Refuse(
            _token,
            _token.Kind == SqlTokenKind.End ? $"the expression ends where {expected} is expected"
                : isOpenText ? $"the text {found} has no closing quote"
                : _token.Kind == SqlTokenKind.Problem ? $"{found} is not known; {expected} is expected"
                : $"{expected} is expected, not {found}"
        );
    }

    /// <summary>Remembers the first problem, with its place as an editor counts it.</summary>
    SqlNode? Refuse(SqlToken at, string what)
    {
        if (_problem is not null)
            return null;
        var before = _expression[..at.Start];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        _problem = string.Create(
            CultureInfo.InvariantCulture,
            $"SQL92 expression, line {line}, column {column}: {what}"
        );
        return null;
    }
}
