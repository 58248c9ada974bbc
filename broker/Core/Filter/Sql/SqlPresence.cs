namespace Broker.Core.Filter.Sql;

/// <summary>
/// A property where a condition is wanted. Properties are texts, and a text is no truth: it is false, or unknown
/// without the property. Write <c>name = TRUE</c> for a comparison.
/// </summary>
sealed class SqlPresence(SqlNode property) : SqlNode(property.Depth + 1)
{
    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope) =>
        property.Evaluate(scope).Kind == SqlKind.Null ? SqlValue.Null : SqlValue.Of(false);
}
