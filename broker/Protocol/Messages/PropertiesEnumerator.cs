namespace Broker.Protocol.Messages;

/// <summary>
/// Walks over stored properties without allocating. Made by <see cref="MessageProperties.Enumerate"/>.
/// </summary>
public ref struct PropertiesEnumerator(ReadOnlySpan<byte> properties)
{
    ReadOnlySpan<byte> rest = properties;

    /// <summary>The pair that <see cref="MoveNext"/> found.</summary>
    public PropertyPair Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly PropertiesEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next pair that has a name and a value.</summary>
    public bool MoveNext()
    {
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf(MessageProperties.PairEnd);
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            int split = pair.IndexOf(MessageProperties.NameEnd);
            if (split <= 0 || split == pair.Length - 1)
                continue;
            Current = new PropertyPair(pair[..split], pair[(split + 1)..]);
            return true;
        }
        return false;
    }
}
