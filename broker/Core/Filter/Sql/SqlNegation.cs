namespace Broker.Core.Filter.Sql;

/// <summary>A minus sign: numbers get the other sign, everything else, properties too, becomes null.</summary>
sealed class SqlNegation(SqlNode operand) : SqlNode(operand.Depth + 1)
{
    public override SqlValue Evaluate(in SqlScope scope) => operand.Evaluate(scope).Negated();
}
