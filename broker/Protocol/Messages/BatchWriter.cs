using System.Buffers;
using System.Buffers.Binary;

namespace Broker.Protocol.Messages;

/// <summary>Writes the body of a batch, part by part; see <see cref="BatchReader"/> for its form.</summary>
public static class BatchWriter
{
    /// <summary>Appends one part.</summary>
    public static void Add(IBufferWriter<byte> target, int flag, ReadOnlySpan<byte> body, ReadOnlySpan<byte> properties)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(properties.Length, MessageLayout.PropertiesBytesMax);
        int size = 22 + body.Length + properties.Length;
        var part = target.GetSpan(size);
        BinaryPrimitives.WriteInt32BigEndian(part, size);
        part[4..12].Clear();
        BinaryPrimitives.WriteInt32BigEndian(part[12..], flag);
        BinaryPrimitives.WriteInt32BigEndian(part[16..], body.Length);
        body.CopyTo(part[20..]);
        BinaryPrimitives.WriteInt16BigEndian(part[(20 + body.Length)..], (short)properties.Length);
        properties.CopyTo(part[(22 + body.Length)..]);
        target.Advance(size);
    }
}
