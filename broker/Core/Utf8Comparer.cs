using System.Diagnostics.CodeAnalysis;

namespace Broker.Core;

/// <summary>
/// Compares names held as UTF-8 bytes, so that a table keyed by <c>byte[]</c> can be asked with a span that lies in a
/// received frame: a lookup per message without a string.
/// </summary>
public sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>Stateless, so one is enough.</summary>
    public static readonly Utf8Comparer Instance = new();

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <summary>Seeded per process, so that nobody can choose names that collide.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = new HashCode();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    /// <summary>Copies the name: the span belongs to a frame that will be reused.</summary>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
