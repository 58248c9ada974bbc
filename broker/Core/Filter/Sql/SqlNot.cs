namespace Broker.Core.Filter.Sql;

/// <summary>NOT: unknown stays unknown.</summary>
sealed class SqlNot(SqlNode condition) : SqlNode(condition.Depth + 1)
{
    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope)
    {
        var value = condition.Evaluate(scope);
        return value.Kind switch
        {
            SqlKind.True => SqlValue.Of(false),
            SqlKind.False => SqlValue.Of(true),
            _ => value,
        };
    }
}
