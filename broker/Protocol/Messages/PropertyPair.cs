namespace Broker.Protocol.Messages;

/// <summary>One property of a message, as UTF-8.</summary>
public readonly ref struct PropertyPair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>Not empty.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>Not empty.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}
