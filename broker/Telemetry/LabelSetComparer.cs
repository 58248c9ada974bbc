namespace Broker.Telemetry;

/// <summary>Finds a series by the labels of a measurement without building a key for it.</summary>
sealed class LabelSetComparer
    : IEqualityComparer<LabelSet>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, LabelSet>
{
    public bool Equals(LabelSet? x, LabelSet? y) => x is not null && y is not null && Equals(x.Tags, y);

    public int GetHashCode(LabelSet obj) => GetHashCode(obj.Tags);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, LabelSet other)
    {
        var tags = other.Tags;
        if (alternate.Length != tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (
                !string.Equals(alternate[i].Key, tags[i].Key, StringComparison.Ordinal)
                || !Equals(alternate[i].Value, tags[i].Value)
            )
                return false;
        }
        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = new HashCode();
        // Names hardly differ between the series of one instrument: only values are worth hashing.
        foreach (var (_, value) in alternate)
            hash.Add(value);
        return hash.ToHashCode();
    }

    public LabelSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate);
}
