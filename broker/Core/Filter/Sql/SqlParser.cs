using System.Diagnostics.CodeAnalysis;

namespace Broker.Core.Filter.Sql;

/// <summary>
/// Reads an expression by recursive descent, from the loosest to the tightest: OR, AND, equality and IS, comparisons
/// and IN, signs and NOT, operands (protocol.md §4.12). A method that returns null has set the problem. Never throws.
/// </summary>
ref partial struct SqlParser
{
    /// <summary>
    /// Bytes of an expression. As many as a message's properties may have; a pull carries it each time.
    /// </summary>
    public const int BytesMax = 32_767;

    /// <summary>
    /// Nesting of parentheses, signs and chains of = : evaluation and parsing take some hundred bytes of stack for
    /// each.
    /// </summary>
    public const int DepthMax = 100;

    /// <summary>Different properties: a message's are compared with each, and each takes 8 bytes of stack.</summary>
    public const int NamesMax = 64;

    readonly ReadOnlySpan<byte> _expression;
    readonly SqlTokenizer _tokenizer;
    readonly List<byte[]> _names = [];
    SqlToken _token;
    string? _problem;
    int _depth;

    public SqlParser(ReadOnlySpan<byte> expression)
    {
        _expression = expression;
        _tokenizer = new SqlTokenizer(expression);
    }

    public bool TryParse([NotNullWhen(true)] out SqlFilter? filter, [NotNullWhen(false)] out string? problem)
    {
        filter = null;
        if (_expression.Length > BytesMax)
        {
            problem = $"an SQL92 expression has at most {BytesMax} bytes, this one {_expression.Length}";
            return false;
        }
        _token = _tokenizer.Next(0);
        var condition = Or() is { } node ? Condition(node, new SqlToken(SqlTokenKind.Name, 0, 0)) : null;
        if (condition is not null && _token.Kind == SqlTokenKind.Problem)
            Unexpected("the end");
        problem = _problem;
        if (problem is not null)
            return false;
        var ignoredFrom = _token.Kind == SqlTokenKind.End ? -1 : _token.Start;
        filter = new SqlFilter(condition!, [.. _names], ignoredFrom);
        return true;
    }

    SqlNode? Or() => Chain(SqlTokenKind.Or);

    SqlNode? Chain(SqlTokenKind word)
    {
        var first = Link(word);
        if (first is null || _token.Kind != word)
            return first;
        var conditions = new List<SqlNode>();
        for (var next = first; ; next = Link(word))
        {
            if (next is null || Condition(next, _token) is not { } condition)
                return null;
            conditions.Add(condition);
            if (_token.Kind != word)
                return Bounded(new SqlLogic(word == SqlTokenKind.And, [.. conditions]));
            Take();
        }
    }

    SqlNode? Link(SqlTokenKind word) => word == SqlTokenKind.Or ? Chain(SqlTokenKind.And) : Equality();

    SqlNode? Equality()
    {
        var left = Comparison();
        while (left is not null)
        {
            var sign = _token;
            switch (sign.Kind)
            {
                case SqlTokenKind.Equal:
                case SqlTokenKind.Unequal:
                    Take();
                    left = Comparison() is { } right ? Equal(sign, left, right) : null;
                    break;
                case SqlTokenKind.Is:
                    Take();
                    left = Is(left);
                    break;
                default:
                    return left;
            }
        }
        return null;
    }

    SqlNode? Equal(SqlToken sign, SqlNode left, SqlNode right)
    {
        if (left is SqlConstant { IsNull: true } || right is SqlConstant { IsNull: true })
            return Refuse(sign, "NULL cannot be compared, write IS NULL or IS NOT NULL");
        if (left is SqlConstant { IsCondition: true } && right is SqlConstant { IsCondition: false })
            return Refuse(sign, "TRUE and FALSE cannot be compared with a number or a text");
        return Equal(left, right, sign.Kind == SqlTokenKind.Unequal);
    }

    SqlNode? Equal(SqlNode left, SqlNode right, bool isNot)
    {
        var equality = new SqlEquality(left, right);
        return Bounded(isNot ? new SqlNot(equality) : equality);
    }

    SqlNode? Is(SqlNode left)
    {
        var isNot = TryTake(SqlTokenKind.Not);
        if (!TryTake(SqlTokenKind.Null))
            return Unexpected(isNot ? "NULL" : "NULL or NOT NULL");
        return Equal(left, SqlConstant.Null, isNot);
    }

    SqlNode? Comparison()
    {
        var left = Unary();
        while (left is not null)
        {
            var word = _token;
            switch (word.Kind)
            {
                case SqlTokenKind.Less:
                case SqlTokenKind.LessOrEqual:
                case SqlTokenKind.Greater:
                case SqlTokenKind.GreaterOrEqual:
                    Take();
                    left = Unary() is { } right ? Compare(word, word.Kind, left, right) : null;
                    break;
                case SqlTokenKind.Not:
                case SqlTokenKind.Between:
                case SqlTokenKind.In:
                case SqlTokenKind.Contains:
                case SqlTokenKind.StartsWith:
                case SqlTokenKind.EndsWith:
                    left = Test(left);
                    break;
                default:
                    return left;
            }
        }
        return null;
    }

    SqlNode? Compare(SqlToken at, SqlTokenKind sign, SqlNode left, SqlNode right)
    {
        if (!IsComparable(left) || !IsComparable(right))
            return Refuse(at, "only numbers and properties have an order; texts compare by = and <>");
        return Bounded(new SqlComparison(sign, left, right));
    }

    static bool IsComparable(SqlNode node) => node is SqlConstant constant ? constant.IsNumber : !node.IsCondition;

    SqlNode? Test(SqlNode left)
    {
        var isNot = TryTake(SqlTokenKind.Not);
        var word = _token;
        switch (word.Kind)
        {
            case SqlTokenKind.Between:
                Take();
                return Between(word, left, isNot);
            case SqlTokenKind.In:
                Take();
                return In(word, left, isNot);
            case SqlTokenKind.Contains:
            case SqlTokenKind.StartsWith:
            case SqlTokenKind.EndsWith:
                Take();
                return Text() is { } wanted ? Bounded(new SqlTextTest(word.Kind, left, wanted, isNot)) : null;
            default:
                return Unexpected("BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH");
        }
    }

    SqlNode? Between(SqlToken word, SqlNode value, bool isNot)
    {
        if (Unary() is not { } low)
            return null;
        if (!TryTake(SqlTokenKind.And))
            return Unexpected("AND");
        if (Unary() is not { } high)
            return null;
        if (!isNot && low is SqlConstant { IsNumber: true } from && high is SqlConstant { IsNumber: true } to)
        {
            SqlValue.TryCompare(from.Value, to.Value, out var order);
            if (order > 0)
                return Refuse(word, "the first value of BETWEEN must not be above the second");
        }
        var first = Compare(word, isNot ? SqlTokenKind.Less : SqlTokenKind.GreaterOrEqual, value, low);
        var second = first is null
            ? null
            : Compare(word, isNot ? SqlTokenKind.Greater : SqlTokenKind.LessOrEqual, value, high);
        return second is null ? null : Bounded(new SqlLogic(!isNot, [first!, second]));
    }

    SqlNode? In(SqlToken word, SqlNode left, bool isNot)
    {
        if (!TryTake(SqlTokenKind.Open))
            return Unexpected("(");
        var texts = new List<byte[]>();
        do
        {
            if (Text() is not { } text)
                return null;
            texts.Add(text);
        } while (TryTake(SqlTokenKind.Comma));
        if (!TryTake(SqlTokenKind.Close))
            return Unexpected(", or )");
        return left is SqlProperty
            ? Bounded(new SqlMembership(left, texts, isNot))
            : Refuse(word, "the name of a property is expected before IN");
    }
}
