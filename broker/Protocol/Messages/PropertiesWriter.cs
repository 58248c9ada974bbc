using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Broker.Protocol.Messages;

/// <summary>
/// Writes properties in their stored form, first into memory of the caller's (<c>stackalloc byte[512]</c>), then into
/// pooled
/// memory that <see cref="Free"/> gives back. Names and values must not hold the bytes 1 and 2; whoever accepts them
/// checks.
/// </summary>
public ref struct PropertiesWriter(Span<byte> initial)
{
    Span<byte> target = initial;
    byte[]? rented;
    int at;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => target[..at];

    /// <summary>Adds a pair. One without a name or a value is left out: it would not be read again.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || value.IsEmpty)
            return;
        var room = Reserve(name.Length + value.Length + 2);
        name.CopyTo(room);
        room[name.Length] = MessageProperties.NameEnd;
        value.CopyTo(room[(name.Length + 1)..]);
        room[name.Length + 1 + value.Length] = MessageProperties.PairEnd;
        at += name.Length + value.Length + 2;
    }

    /// <summary>Adds a number as decimal text.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Add(name, digits[..length]);
    }

    /// <summary>Adds a text.</summary>
    public void Add(scoped ReadOnlySpan<byte> name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Copies properties that are in stored form already.</summary>
    public void Copy(scoped ReadOnlySpan<byte> properties)
    {
        foreach (var pair in MessageProperties.Enumerate(properties))
            Add(pair.Name, pair.Value);
    }

    /// <summary>Copies properties but one.</summary>
    public void CopyExcept(scoped ReadOnlySpan<byte> properties, scoped ReadOnlySpan<byte> name)
    {
        foreach (var pair in MessageProperties.Enumerate(properties))
        {
            if (!pair.Name.SequenceEqual(name))
                Add(pair.Name, pair.Value);
        }
    }

    /// <summary>Gives rented memory back; <see cref="Written"/> is no longer valid.</summary>
    public void Free()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
        target = default;
        at = 0;
    }

    Span<byte> Reserve(int bytes)
    {
        if (target.Length - at < bytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(target.Length * 2, at + bytes));
            target[..at].CopyTo(larger);
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
            rented = larger;
            target = larger;
        }
        return target[at..];
    }
}
