using System.Diagnostics.CodeAnalysis;
using Broker.Protocol.Messages;
using Broker.Store;

namespace Broker.Core.Filter;

/// <summary>
/// Turns expressions of subscriptions into filters: tags ("a || b"). Expressions repeat with every pull, so each is
/// parsed once. Any thread may call.
/// </summary>
public sealed class MessageFilters
{
    /// <summary>As many expressions as a broker's groups use at a time; some hundred bytes each.</summary>
    const int KnownMax = 10_000;

    readonly RecentTable<TagFilter> _tags = new(KnownMax);

    /// <summary>Whether an expression of this type names tags: TAG, or not said.</summary>
    public static bool IsTagType(ReadOnlySpan<byte> type) => type.IsEmpty || type.SequenceEqual("TAG"u8);

    /// <summary>The filter of an expression; false when it cannot be parsed (code 23).</summary>
    /// <param name="type">TAG or empty; others are not known.</param>
    /// <param name="expression">Empty or <c>*</c> for everything, else tags joined by <c>||</c>.</param>
    /// <param name="filter">What to ask for each message.</param>
    public bool TryGet(
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> expression,
        [NotNullWhen(true)] out MessageFilter? filter
    )
    {
        filter = null;
        return IsTagType(type) && TryTags(expression, out filter);
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
