namespace Broker.Core.Filter.Sql;

/// <summary>
/// <c>=</c>, and <c>IS NULL</c> as a comparison with null. As with Apache, two missing values are equal, a missing one
/// on the left is unknown and one on the right unequal.
/// </summary>
sealed class SqlEquality(SqlNode left, SqlNode right) : SqlNode(Math.Max(left.Depth, right.Depth) + 1)
{
    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope)
    {
        var first = left.Evaluate(scope);
        if (first.Kind == SqlKind.Error)
            return SqlValue.Error;
        var second = right.Evaluate(scope);
        if (second.Kind == SqlKind.Error)
            return SqlValue.Error;
        if (first.Kind == SqlKind.Null)
            return second.Kind == SqlKind.Null ? SqlValue.Of(true) : SqlValue.Null;
        if (second.Kind == SqlKind.Null)
            return SqlValue.Of(false);
        return SqlValue.TryCompare(first, second, out var order) ? SqlValue.Of(order == 0) : SqlValue.Error;
    }
}
