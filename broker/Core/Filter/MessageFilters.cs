using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Core.Filter.Sql;
using Broker.Protocol.Messages;
using Broker.Store;

namespace Broker.Core.Filter;

/// <summary>
/// Turns expressions of subscriptions into filters: tags ("a || b") and SQL92. Expressions repeat with every pull, so
/// each is parsed once. Any thread may call.
/// </summary>
public sealed class MessageFilters
{
    /// <summary>As many expressions as a broker's groups use at a time; some hundred bytes each.</summary>
    const int KnownMax = 10_000;

    /// <summary>Bytes of expressions; parsed, SQL takes some thirty times as much.</summary>
    const int KnownBytesMax = 1024 * 1024;

    readonly RecentTable<TagFilter> _tags = new(KnownMax, KnownBytesMax);
    readonly RecentTable<SqlFilter> _sql = new(KnownMax, KnownBytesMax);

    /// <summary>Whether an expression of this type names tags: TAG, or not said.</summary>
    public static bool IsTagType(ReadOnlySpan<byte> type) => type.IsEmpty || type.SequenceEqual("TAG"u8);

    /// <summary>The filter of an expression; false when it cannot be parsed (code 23).</summary>
    /// <param name="type">TAG or empty, or SQL92; others are not known.</param>
    /// <param name="expression">Tags joined by <c>||</c>, where empty and <c>*</c> are everything; or SQL.</param>
    /// <param name="filter">What to ask for each message.</param>
    public bool TryGet(
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> expression,
        [NotNullWhen(true)] out MessageFilter? filter
    ) => TryGet(type, expression, out filter, out _);

    /// <summary>The same, with what is wrong for the one who wrote the expression.</summary>
    public bool TryGet(
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> expression,
        [NotNullWhen(true)] out MessageFilter? filter,
        [NotNullWhen(false)] out string? problem
    )
    {
        filter = null;
        problem = null;
        if (IsTagType(type))
        {
            if (!TryTags(expression, out filter))
                problem = "the expression names no tag";
            return problem is null;
        }
        if (type.SequenceEqual("SQL92"u8))
            return TrySql(expression, out filter, out problem);
        problem = $"expressions of type {Encoding.UTF8.GetString(type)} are not known, TAG and SQL92 are";
        return false;
    }

    bool TrySql(
        ReadOnlySpan<byte> expression,
        [NotNullWhen(true)] out MessageFilter? filter,
        [NotNullWhen(false)] out string? problem
    )
    {
        problem = null;
        if (!_sql.TryGet(expression, out var known))
        {
            if (!SqlFilter.TryParse(expression, out known, out problem))
            {
                filter = null;
                return false;
            }
            _sql.Add(expression, known);
        }
        filter = known;
        return true;
    }

    bool TryTags(ReadOnlySpan<byte> expression, [NotNullWhen(true)] out MessageFilter? filter)
    {
        filter = MessageFilter.All;
        var trimmed = expression.Trim((byte)' ');
        if (trimmed.IsEmpty || trimmed.SequenceEqual("*"u8))
            return true;
        if (!_tags.TryGet(trimmed, out var known))
        {
            var hashes = Hashes(trimmed);
            if (hashes.Count == 0)
                return false;
            known = new TagFilter(hashes);
            _tags.Add(trimmed, known);
        }
        filter = known;
        return true;
    }

    static List<int> Hashes(ReadOnlySpan<byte> expression)
    {
        var hashes = new List<int>();
        while (!expression.IsEmpty)
        {
            var end = expression.IndexOf("||"u8);
            var tag = (end < 0 ? expression : expression[..end]).Trim((byte)' ');
            if (!tag.IsEmpty)
                hashes.Add(JavaHash.Of(tag));
            expression = end < 0 ? default : expression[(end + 2)..];
        }
        return hashes;
    }
}
