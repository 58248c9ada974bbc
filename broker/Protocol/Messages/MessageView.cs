using System.Buffers.Binary;

namespace Broker.Protocol.Messages;

/// <summary>
/// A stored message seen through its bytes (see <see cref="MessageLayout"/>). Every length was checked when it was
/// made, so
/// no member can read beyond the message; the body's CRC is checked only by <see cref="BodyIsIntact"/>.
/// </summary>
public readonly ref struct MessageView
{
    readonly ReadOnlySpan<byte> bytes;
    readonly int afterHosts;
    readonly int bodyBytes;
    readonly int topicAt;
    readonly int topicBytes;

    MessageView(ReadOnlySpan<byte> bytes, int afterHosts, int bodyBytes, int topicAt, int topicBytes)
    {
        this.bytes = bytes;
        this.afterHosts = afterHosts;
        this.bodyBytes = bodyBytes;
        this.topicAt = topicAt;
        this.topicBytes = topicBytes;
    }

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The bytes it takes.</summary>
    public int TotalSize => bytes.Length;

    public int Magic => Int(MessageLayout.MagicAt);

    /// <summary>CRC-32 of the body with the top bit cleared, as stored.</summary>
    public int BodyCrc => Int(MessageLayout.BodyCrcAt);

    public int QueueId => Int(MessageLayout.QueueIdAt);

    /// <summary>The user's flag.</summary>
    public int Flag => Int(MessageLayout.FlagAt);

    public long QueueOffset => Long(MessageLayout.QueueOffsetAt);

    public long PhysicalOffset => Long(MessageLayout.PhysicalOffsetAt);

    /// <summary>See <see cref="Messages.SysFlag"/>.</summary>
    public int SysFlag => Int(MessageLayout.SysFlagAt);

    /// <summary>ms since 1970.</summary>
    public long BornTimestamp => Long(MessageLayout.BornTimestampAt);

    /// <summary>8 or 20 bytes; see <see cref="HostAddress.Read"/>.</summary>
    public ReadOnlySpan<byte> BornHost => bytes.Slice(MessageLayout.BornHostAt, MessageLayout.BornHostBytes(SysFlag));

    /// <summary>ms since 1970.</summary>
    public long StoreTimestamp => Long(MessageLayout.StoreTimestampAt(SysFlag));

    /// <summary>8 or 20 bytes; see <see cref="HostAddress.Read"/>.</summary>
    public ReadOnlySpan<byte> StoreHost => bytes[(MessageLayout.StoreTimestampAt(SysFlag) + 8)..afterHosts];

    public int ReconsumeTimes => Int(afterHosts);

    public long PreparedTransactionOffset => Long(afterHosts + 4);

    /// <summary>As stored, possibly compressed.</summary>
    public ReadOnlySpan<byte> Body => bytes.Slice(afterHosts + 16, bodyBytes);

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Topic => bytes.Slice(topicAt, topicBytes);

    /// <summary>In their stored form; see <see cref="MessageProperties"/>.</summary>
    public ReadOnlySpan<byte> Properties => bytes[(topicAt + topicBytes + 2)..];

    /// <summary>Whether the body has the CRC that is stored.</summary>
    public bool BodyIsIntact => Crc32.OfBody(Body) == BodyCrc;

    /// <summary>The value of a property.</summary>
    public bool TryGetProperty(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        MessageProperties.TryGet(Properties, name, out value);

    /// <summary>
    /// Reads the message that begins at the first byte of <paramref name="source"/>, which may go on behind it. Never
    /// throws.
    /// </summary>
    public static MessageProblem Read(ReadOnlySpan<byte> source, out MessageView message)
    {
        message = default;
        if (source.Length < MessageLayout.EndOfFileBytes)
            return MessageProblem.Truncated;
        int size = BinaryPrimitives.ReadInt32BigEndian(source);
        int magic = BinaryPrimitives.ReadInt32BigEndian(source[MessageLayout.MagicAt..]);
        if (magic == MessageLayout.MagicEndOfFile)
            return MessageProblem.EndOfFile;
        if (magic is not (MessageLayout.MagicV1 or MessageLayout.MagicV2))
            return MessageProblem.BadMagic;
        if (size < MessageLayout.SmallestBytes)
            return MessageProblem.BadLengths;
        if (source.Length < size)
            return MessageProblem.Truncated;
        return ReadParts(source[..size], magic == MessageLayout.MagicV2, ref message);
    }

    static MessageProblem ReadParts(ReadOnlySpan<byte> bytes, bool longTopic, ref MessageView message)
    {
        int sysFlag = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageLayout.SysFlagAt..]);
        int hostsEnd = MessageLayout.StoreTimestampAt(sysFlag) + 8 + MessageLayout.StoreHostBytes(sysFlag);
        int topicLengthBytes = longTopic ? 2 : 1;
        // Behind the hosts: reconsume times 4, transaction offset 8, body length 4, topic length, properties length 2.
        int variable = bytes.Length - hostsEnd - 16 - topicLengthBytes - 2;
        if (variable < 0)
            return MessageProblem.BadLengths;
        int body = BinaryPrimitives.ReadInt32BigEndian(bytes[(hostsEnd + 12)..]);
        if (body < 0 || body > variable)
            return MessageProblem.BadLengths;
        int topicStart = hostsEnd + 16 + body + topicLengthBytes;
        int topic = longTopic ? BinaryPrimitives.ReadInt16BigEndian(bytes[(topicStart - 2)..]) : bytes[topicStart - 1];
        if (topic < 0 || topic > variable - body)
            return MessageProblem.BadLengths;
        int properties = BinaryPrimitives.ReadInt16BigEndian(bytes[(topicStart + topic)..]);
        if (properties != variable - body - topic)
            return MessageProblem.BadLengths;
        message = new MessageView(bytes, hostsEnd, body, topicStart, topic);
        return MessageProblem.None;
    }

    int Int(int at) => BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);

    long Long(int at) => BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);
}
