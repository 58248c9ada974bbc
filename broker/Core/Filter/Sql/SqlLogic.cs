namespace Broker.Core.Filter.Sql;

/// <summary>
/// Conditions joined by AND, or by OR, in three-valued logic. Any number, so that a long chain is not deep. From left
/// to right, and no further than needed: an error behind that does not count.
/// </summary>
/// <param name="isAnd">AND, else OR.</param>
/// <param name="conditions">At least two.</param>
sealed class SqlLogic(bool isAnd, SqlNode[] conditions) : SqlNode(conditions.Max(one => one.Depth) + 1)
{
    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope)
    {
        var decides = isAnd ? SqlKind.False : SqlKind.True;
        var isUnknown = false;
        foreach (var condition in conditions)
        {
            var value = condition.Evaluate(scope);
            if (value.Kind == decides || value.Kind == SqlKind.Error)
                return value;
            isUnknown |= value.Kind == SqlKind.Null;
        }
        return isUnknown ? SqlValue.Null : SqlValue.Of(isAnd);
    }
}
