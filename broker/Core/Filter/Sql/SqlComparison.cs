namespace Broker.Core.Filter.Sql;

/// <summary>
/// <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>, of numbers. Two properties are both read as fractions.
/// </summary>
/// <param name="sign">Which of the four.</param>
/// <param name="left">The left side.</param>
/// <param name="right">The right side; not asked when the left one is missing.</param>
sealed class SqlComparison(SqlTokenKind sign, SqlNode left, SqlNode right)
    : SqlNode(Math.Max(left.Depth, right.Depth) + 1)
{
    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope)
    {
        var first = left.Evaluate(scope);
        if (first.Kind is SqlKind.Null or SqlKind.Error)
            return first;
        var second = right.Evaluate(scope);
        if (second.Kind is SqlKind.Null or SqlKind.Error)
            return second;
        if (!TryCompare(first, second, out var order))
            return SqlValue.Error;
        return SqlValue.Of(
            sign switch
            {
                SqlTokenKind.Less => order < 0,
                SqlTokenKind.LessOrEqual => order <= 0,
                SqlTokenKind.Greater => order > 0,
                _ => order >= 0,
            }
        );
    }

    static bool TryCompare(in SqlValue first, in SqlValue second, out int order)
    {
        if (first.Kind != SqlKind.Text || second.Kind != SqlKind.Text)
            return SqlValue.TryCompare(first, second, out order);
        order = 0;
        if (!JavaNumber.TryDouble(first.Text, out var x) || !JavaNumber.TryDouble(second.Text, out var y))
            return false;
        order = JavaNumber.Compare(x, y);
        return true;
    }
}
