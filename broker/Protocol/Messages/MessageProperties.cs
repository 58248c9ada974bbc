namespace Broker.Protocol.Messages;

/// <summary>
/// A message's properties in their stored form: <c>name 0x01 value 0x02</c>, repeated; the last 0x02 may be missing.
/// Pairs
/// without a name or a value are skipped, as the reference does. See <see cref="PropertiesWriter"/> for the other way.
/// </summary>
public static class MessageProperties
{
    /// <summary>Stands between a name and its value.</summary>
    public const byte NameEnd = 1;

    /// <summary>Stands behind a value.</summary>
    public const byte PairEnd = 2;

    /// <summary>Goes through all pairs: <c>foreach (var pair in MessageProperties.Enumerate(properties))</c>.</summary>
    public static PropertiesEnumerator Enumerate(ReadOnlySpan<byte> properties) => new(properties);

    /// <summary>
    /// The value of a property. Of several with one name the last counts: the reference reads them into a map.
    /// </summary>
    public static bool TryGet(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        bool found = false;
        foreach (var pair in Enumerate(properties))
        {
            if (!pair.Name.SequenceEqual(name))
                continue;
            value = pair.Value;
            found = true;
        }
        return found;
    }

    /// <summary>The value of a property, empty when there is none. No property has an empty value.</summary>
    public static ReadOnlySpan<byte> Get(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name) =>
        TryGet(properties, name, out var value) ? value : default;

    /// <summary>A numeric property; false when it is missing or no number.</summary>
    public static bool TryGetLong(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, out long value)
    {
        value = 0;
        return TryGet(properties, name, out var text)
            && System.Buffers.Text.Utf8Parser.TryParse(text, out value, out int used)
            && used == text.Length;
    }

    /// <summary>All pairs as text, for people and tests. Allocates.</summary>
    public static Dictionary<string, string> ToDictionary(ReadOnlySpan<byte> properties)
    {
        var all = new Dictionary<string, string>();
        foreach (var pair in Enumerate(properties))
            all[System.Text.Encoding.UTF8.GetString(pair.Name)] = System.Text.Encoding.UTF8.GetString(pair.Value);
        return all;
    }
}
