using System.Buffers.Binary;

namespace Broker.Protocol.Messages;

/// <summary>
/// The id that a broker gives a message: upper-case hex of its store address (4 or 16 bytes), port (4) and position
/// in the
/// log (8), 32 or 56 characters (protocol.md §3.4). Clients read the broker to ask out of it.
/// </summary>
public static class OffsetMessageId
{
    /// <summary>56: the characters of an id with an IPv6 address.</summary>
    public const int CharsMax = 2 * (MessageLayout.HostV6Bytes + 8);

    /// <summary>32 or 56.</summary>
    public static int Length(int hostBytes) => 2 * (hostBytes + 8);

    /// <summary>Writes the id as ASCII and returns its length.</summary>
    /// <param name="target">At least <see cref="Length"/> bytes.</param>
    /// <param name="storeHost">8 or 20 bytes, as in the message.</param>
    /// <param name="physicalOffset">The message's position in the log.</param>
    public static int Write(Span<byte> target, ReadOnlySpan<byte> storeHost, long physicalOffset)
    {
        Span<byte> position = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(position, physicalOffset);
        Convert.TryToHexString(storeHost, target, out int written);
        Convert.TryToHexString(position, target[written..], out int more);
        return written + more;
    }

    /// <summary>The id as a string.</summary>
    public static string ToString(ReadOnlySpan<byte> storeHost, long physicalOffset)
    {
        Span<byte> text = stackalloc byte[CharsMax];
        return System.Text.Encoding.ASCII.GetString(text[..Write(text, storeHost, physicalOffset)]);
    }

    /// <summary>Reads an id; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out HostAddress storeHost, out long physicalOffset)
    {
        storeHost = default;
        physicalOffset = 0;
        if (text.Length != Length(MessageLayout.HostV4Bytes) && text.Length != Length(MessageLayout.HostV6Bytes))
            return false;
        Span<byte> bytes = stackalloc byte[MessageLayout.HostV6Bytes + 8];
        bytes = bytes[..(text.Length / 2)];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        storeHost = HostAddress.Read(bytes[..^8]);
        physicalOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[^8..]);
        return true;
    }
}
