using System.Collections.Concurrent;
using Broker.Protocol.Messages;
using Broker.Store;

namespace Broker.Core.Pull;

/// <summary>
/// Turns tag expressions ("a || b") into filters. Expressions repeat with every pull, so they are parsed once; the
/// table is bounded because they come from clients.
/// </summary>
public sealed class TagFilters
{
    /// <summary>Far more than groups times topics of a broker; 200 bytes each.</summary>
    const int KnownMax = 10_000;

    readonly ConcurrentDictionary<byte[], TagFilter> _known = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], TagFilter>.AlternateLookup<ReadOnlySpan<byte>> _byUtf8;

    /// <summary>An empty table.</summary>
    public TagFilters() => _byUtf8 = _known.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The filter of an expression; false when it names no tag.</summary>
    public bool TryGet(ReadOnlySpan<byte> expression, out TagFilter filter)
    {
        filter = TagFilter.All;
        var trimmed = expression.Trim((byte)' ');
        if (trimmed.IsEmpty || trimmed.SequenceEqual("*"u8))
            return true;
        if (_byUtf8.TryGetValue(trimmed, out filter!))
            return true;
        var hashes = Hashes(trimmed);
        if (hashes.Count == 0)
            return false;
        filter = new TagFilter(hashes);
        if (_known.Count < KnownMax)
            _known.TryAdd(trimmed.ToArray(), filter);
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
