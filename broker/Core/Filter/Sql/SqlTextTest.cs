namespace Broker.Core.Filter.Sql;

/// <summary>
/// CONTAINS, STARTSWITH, ENDSWITH and their opposites. What is no text, or missing, fails both the test and its
/// opposite; so does everything when nothing is looked for.
/// </summary>
/// <param name="word">Which of the three.</param>
/// <param name="operand">The text that is looked at.</param>
/// <param name="wanted">What is looked for.</param>
/// <param name="isNot">The opposite.</param>
sealed class SqlTextTest(SqlTokenKind word, SqlNode operand, byte[] wanted, bool isNot) : SqlNode(operand.Depth + 1)
{
    public override bool IsCondition => true;

    public override SqlValue Evaluate(in SqlScope scope)
    {
        if (wanted.Length == 0)
            return SqlValue.Of(false);
        var value = operand.Evaluate(scope);
        return value.Kind switch
        {
            SqlKind.Error => SqlValue.Error,
            SqlKind.Text => SqlValue.Of(Passes(value.Text) != isNot),
            _ => SqlValue.Of(false),
        };
    }

    bool Passes(ReadOnlySpan<byte> text) =>
        word switch
        {
            SqlTokenKind.Contains => text.IndexOf(wanted) >= 0,
            SqlTokenKind.StartsWith => text.StartsWith(wanted),
            _ => text.EndsWith(wanted),
        };
}
