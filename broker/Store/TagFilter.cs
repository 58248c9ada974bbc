namespace Broker.Store;

/// <summary>
/// Lets a read skip messages by the hash of their tag. Hashes collide, so the client compares the tags
/// themselves once more (protocol.md §0.16).
/// </summary>
/// <param name="tagHashes">Java hash codes of the wanted tags; empty lets nothing pass.</param>
public sealed class TagFilter(IEnumerable<int> tagHashes) : MessageFilter
{
    readonly int[] _hashes = [.. tagHashes];

    /// <inheritdoc/>
    public override bool MatchesTag(long tagsCode) => _hashes.AsSpan().Contains((int)tagsCode);
}
