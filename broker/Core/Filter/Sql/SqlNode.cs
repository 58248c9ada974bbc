namespace Broker.Core.Filter.Sql;

/// <summary>
/// A part of a parsed expression. What it amounts to follows from the message alone; nothing is allocated on the way.
/// </summary>
/// <param name="depth">How deep its parts are nested, itself included.</param>
abstract class SqlNode(int depth)
{
    /// <summary>At least 1; bounded, since evaluation recurses.</summary>
    public int Depth { get; } = depth;

    /// <summary>Whether it is true, false or unknown for every message.</summary>
    public virtual bool IsCondition => false;

    public abstract SqlValue Evaluate(in SqlScope scope);
}
