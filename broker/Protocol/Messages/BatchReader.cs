using System.Buffers.Binary;

namespace Broker.Protocol.Messages;

/// <summary>
/// Walks over the body of a batch (protocol.md §3.6): repeated total size 4, magic 4, CRC 4, flag 4, body length 4,
/// body,
/// properties length 2, properties. Magic and CRC are not looked at, as with the reference. Never throws.
/// </summary>
public ref struct BatchReader(ReadOnlySpan<byte> batch)
{
    /// <summary>4 + 4 + 4 + 4 + 4 + 2.</summary>
    const int FixedBytes = 22;

    ReadOnlySpan<byte> rest = batch;

    /// <summary>Something was wrong: what was read so far must not be used.</summary>
    public bool Failed { get; private set; }

    /// <summary>The user's flag of the current part.</summary>
    public int Flag { get; private set; }

    /// <summary>The body of the current part.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>The properties of the current part, in stored form.</summary>
    public ReadOnlySpan<byte> Properties { get; private set; }

    /// <summary>Goes to the next part; false at the end and when something is wrong.</summary>
    public bool MoveNext()
    {
        if (rest.IsEmpty || Failed)
            return false;
        if (rest.Length < FixedBytes)
            return Fail();
        int size = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (size < FixedBytes || size > rest.Length)
            return Fail();
        var part = rest[..size];
        Flag = BinaryPrimitives.ReadInt32BigEndian(part[12..]);
        int body = BinaryPrimitives.ReadInt32BigEndian(part[16..]);
        if (body < 0 || body > size - FixedBytes)
            return Fail();
        int properties = BinaryPrimitives.ReadInt16BigEndian(part[(20 + body)..]);
        if (properties < 0 || properties != size - FixedBytes - body)
            return Fail();
        Body = part.Slice(20, body);
        Properties = part[(22 + body)..];
        rest = rest[size..];
        return true;
    }

    /// <summary>How many parts there are, -1 when the batch is malformed.</summary>
    public static int Count(ReadOnlySpan<byte> batch)
    {
        var reader = new BatchReader(batch);
        int count = 0;
        while (reader.MoveNext())
            count++;
        return reader.Failed ? -1 : count;
    }

    bool Fail()
    {
        Failed = true;
        Body = default;
        Properties = default;
        return false;
    }
}
