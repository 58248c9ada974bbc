namespace Broker.Store;

/// <summary>
/// Lets a read skip messages by the hash of their tag. Hashes collide, so the client compares the tags
/// themselves once more (protocol.md §0.16).
/// </summary>
public sealed class TagFilter
{
    readonly int[] _hashes;

    /// <summary>Lets messages with one of these tag hashes pass.</summary>
    /// <param name="tagHashes">Java hash codes of the tags; empty lets nothing pass.</param>
    public TagFilter(IEnumerable<int> tagHashes) => _hashes = [.. tagHashes];

    TagFilter() => _hashes = [];

    /// <summary>Lets every message pass: the subscription <c>*</c>.</summary>
    public static TagFilter All { get; } = new();

    /// <summary>Whether a queue entry with this tags code may be wanted.</summary>
    public bool Matches(long tagsCode) => ReferenceEquals(this, All) || _hashes.AsSpan().Contains((int)tagsCode);
}
