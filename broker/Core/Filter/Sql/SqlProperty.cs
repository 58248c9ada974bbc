namespace Broker.Core.Filter.Sql;

/// <summary>A property of the message, as text.</summary>
/// <param name="number">Its place among the names of the filter.</param>
sealed class SqlProperty(int number) : SqlNode(1)
{
    public override SqlValue Evaluate(in SqlScope scope) => scope[number];
}
