namespace Broker.Core.Filter.Sql;

/// <summary>One word or sign: where it stands in the expression, in bytes.</summary>
readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
