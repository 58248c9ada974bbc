using System.Diagnostics.CodeAnalysis;
using Broker.Store;

namespace Broker.Core.Filter.Sql;

/// <summary>
/// An SQL92 expression over the properties of messages, ready to be asked (protocol.md §4.12). The grammar and every
/// verdict are those of Apache 5.3.3; what is unknown or cannot be compared does not pass.
/// </summary>
sealed class SqlFilter : MessageFilter
{
    readonly SqlNode _condition;
    readonly byte[][] _names;

    internal SqlFilter(SqlNode condition, byte[][] names, int ignoredFrom)
    {
        _condition = condition;
        _names = names;
        IgnoredFrom = ignoredFrom;
    }

    /// <summary>
    /// Where the expression goes on behind its end, in bytes; -1 when it does not. The reference ignores the rest
    /// silently, so it is ignored here too, but told.
    /// </summary>
    public int IgnoredFrom { get; }

    /// <inheritdoc/>
    public override bool ReadsProperties => true;

    /// <summary>Reads an expression in UTF-8.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="filter">What to ask for each message.</param>
    /// <param name="problem">What is wrong and where, for the one who wrote it.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> expression,
        [NotNullWhen(true)] out SqlFilter? filter,
        [NotNullWhen(false)] out string? problem
    ) => new SqlParser(expression).TryParse(out filter, out problem);

    /// <inheritdoc/>
    public override bool MatchesMessage(ReadOnlySpan<byte> properties) => Evaluate(properties) == SqlKind.True;

    /// <summary>True, false, null or an error.</summary>
    internal SqlKind Evaluate(ReadOnlySpan<byte> properties)
    {
        Span<SqlScope.Slot> slots = stackalloc SqlScope.Slot[_names.Length];
        return _condition.Evaluate(new SqlScope(properties, _names, slots)).Kind;
    }
}
