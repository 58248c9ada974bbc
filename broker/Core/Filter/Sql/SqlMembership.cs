namespace Broker.Core.Filter.Sql;

/// <summary>IN and NOT IN: a property is one of some texts; unknown without the property.</summary>
sealed class SqlMembership(SqlNode property, IEnumerable<byte[]> texts, bool isNot) : SqlNode(property.Depth + 1)
{
    readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _texts = new HashSet<byte[]>(
        texts,
        Utf8Comparer.Instance
    ).GetAlternateLookup<ReadOnlySpan<byte>>();

    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope)
    {
        var value = property.Evaluate(scope);
        return value.Kind == SqlKind.Null ? value : SqlValue.Of(_texts.Contains(value.Text) != isNot);
    }
}
