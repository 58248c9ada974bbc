using System.Buffers.Binary;
using System.Diagnostics;

namespace Broker.Protocol.Messages;

/// <summary>
/// Writes stored messages (see <see cref="MessageLayout"/>) into memory of the caller's. Checks no limit but the
/// field sizes.
/// </summary>
public static class MessageEncoder
{
    /// <summary>The bytes that <see cref="Encode"/> will write, or -1 when a length does not fit its field.</summary>
    public static int Size(in MessageParts parts)
    {
        int properties = PropertiesBytes(parts);
        if (parts.Topic.Length > short.MaxValue || properties > MessageLayout.PropertiesBytesMax)
            return -1;
        long size = MessageLayout.Size(EffectiveSysFlag(parts), parts.Body.Length, parts.Topic.Length, properties);
        return size > int.MaxValue ? -1 : (int)size;
    }

    /// <summary>
    /// Writes the message and returns its size. <paramref name="target"/> holds at least <see cref="Size"/> bytes.
    /// </summary>
    public static int Encode(in MessageParts parts, Span<byte> target)
    {
        int size = Size(parts);
        if (size < 0 || target.Length < size)
            throw new ArgumentException($"A message of {size} bytes does not fit {target.Length}.", nameof(target));
        int sysFlag = EffectiveSysFlag(parts);
        bool longTopic = parts.Topic.Length > MessageLayout.TopicV1BytesMax;
        BinaryPrimitives.WriteInt32BigEndian(target, size);
        BinaryPrimitives.WriteInt32BigEndian(
            target[MessageLayout.MagicAt..],
            longTopic ? MessageLayout.MagicV2 : MessageLayout.MagicV1
        );
        BinaryPrimitives.WriteInt32BigEndian(target[MessageLayout.BodyCrcAt..], parts.BodyCrc);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageLayout.QueueIdAt..], parts.QueueId);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageLayout.FlagAt..], parts.Flag);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageLayout.QueueOffsetAt..], parts.QueueOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageLayout.PhysicalOffsetAt..], parts.PhysicalOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageLayout.SysFlagAt..], sysFlag);
        BinaryPrimitives.WriteInt64BigEndian(target[MessageLayout.BornTimestampAt..], parts.BornTimestamp);
        parts.BornHost.CopyTo(target[MessageLayout.BornHostAt..]);
        int at = MessageLayout.BornHostAt + parts.BornHost.Length;
        BinaryPrimitives.WriteInt64BigEndian(target[at..], parts.StoreTimestamp);
        parts.StoreHost.CopyTo(target[(at + 8)..]);
        at += 8 + parts.StoreHost.Length;
        BinaryPrimitives.WriteInt32BigEndian(target[at..], parts.ReconsumeTimes);
        BinaryPrimitives.WriteInt64BigEndian(target[(at + 4)..], parts.PreparedTransactionOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[(at + 12)..], parts.Body.Length);
        parts.Body.CopyTo(target[(at + 16)..]);
        at += 16 + parts.Body.Length;
        at += WriteTopic(target[at..], parts.Topic, longTopic);
        at += WriteProperties(target[at..], parts);
        Debug.Assert(at == size, "The size that was announced is the size that was written.");
        return size;
    }

    /// <summary>Fills in what the log decides: for a message that was encoded before its place was known.</summary>
    public static void Assign(Span<byte> message, long queueOffset, long physicalOffset, long storeTimestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(message[MessageLayout.QueueOffsetAt..], queueOffset);
        BinaryPrimitives.WriteInt64BigEndian(message[MessageLayout.PhysicalOffsetAt..], physicalOffset);
        int sysFlag = BinaryPrimitives.ReadInt32BigEndian(message[MessageLayout.SysFlagAt..]);
        BinaryPrimitives.WriteInt64BigEndian(message[MessageLayout.StoreTimestampAt(sysFlag)..], storeTimestamp);
    }

    /// <summary>
    /// Writes the filler that ends a file: at least <see cref="MessageLayout.EndOfFileBytes"/> remain.
    /// </summary>
    public static void EncodeEndOfFile(Span<byte> target, int remaining)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, remaining);
        BinaryPrimitives.WriteInt32BigEndian(target[MessageLayout.MagicAt..], MessageLayout.MagicEndOfFile);
    }

    static int EffectiveSysFlag(in MessageParts parts)
    {
        int flag = parts.SysFlag & ~(SysFlag.BornHostV6 | SysFlag.StoreHostV6);
        if (parts.BornHost.Length == MessageLayout.HostV6Bytes)
            flag |= SysFlag.BornHostV6;
        if (parts.StoreHost.Length == MessageLayout.HostV6Bytes)
            flag |= SysFlag.StoreHostV6;
        return flag;
    }

    /// <summary>The bytes of all properties together, whether they fit their field or not.</summary>
    public static int PropertiesBytes(in MessageParts parts) =>
        parts.Properties.Length + (NeedsSeparator(parts) ? 1 : 0) + parts.AddedProperties.Length;

    static bool NeedsSeparator(in MessageParts parts) =>
        !parts.AddedProperties.IsEmpty
        && !parts.Properties.IsEmpty
        && parts.Properties[^1] != MessageProperties.PairEnd;

    static int WriteTopic(Span<byte> target, ReadOnlySpan<byte> topic, bool longTopic)
    {
        if (longTopic)
            BinaryPrimitives.WriteInt16BigEndian(target, (short)topic.Length);
        else
            target[0] = (byte)topic.Length;
        int lengthBytes = longTopic ? 2 : 1;
        topic.CopyTo(target[lengthBytes..]);
        return lengthBytes + topic.Length;
    }

    static int WriteProperties(Span<byte> target, in MessageParts parts)
    {
        int length = PropertiesBytes(parts);
        BinaryPrimitives.WriteInt16BigEndian(target, (short)length);
        parts.Properties.CopyTo(target[2..]);
        int at = 2 + parts.Properties.Length;
        if (NeedsSeparator(parts))
            target[at++] = MessageProperties.PairEnd;
        parts.AddedProperties.CopyTo(target[at..]);
        return 2 + length;
    }
}
