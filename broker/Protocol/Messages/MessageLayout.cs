namespace Broker.Protocol.Messages;

/// <summary>
/// Where the parts of a stored message lie (protocol.md §3.1); the same bytes are in the log and in the bodies of
/// pulls.
/// <code>
///  0 total size 4 | 4 magic 4 | 8 body CRC 4 | 12 queue id 4 | 16 flag 4 | 20 queue offset 8 | 28 physical offset 8
/// 36 system flag 4 | 40 born timestamp 8 | 48 born host 8 or 20 | store timestamp 8 | store host 8 or 20
/// reconsume times 4 | prepared transaction offset 8 | body length 4 + body | topic length 1 (v1) or 2 (v2) + topic
/// properties length 2 + properties
/// </code>
/// All integers are big-endian. A host is 4 or 16 address bytes and 4 port bytes, by two bits of the system flag.
/// </summary>
public static class MessageLayout
{
    /// <summary>Magic of a message whose topic length is one byte.</summary>
    public const int MagicV1 = unchecked((int)0xDAA320A7);

    /// <summary>Magic of a message whose topic length is two bytes: topics longer than 127 bytes.</summary>
    public const int MagicV2 = unchecked((int)0xDAA320AB);

    /// <summary>Magic of the filler at the end of a file: total size and this, the rest is not looked at.</summary>
    public const int MagicEndOfFile = unchecked((int)0xCBD43194);

    /// <summary>Total size and magic: what the filler at a file's end needs, kept free behind every message.</summary>
    public const int EndOfFileBytes = 8;

    public const int TotalSizeAt = 0;
    public const int MagicAt = 4;
    public const int BodyCrcAt = 8;
    public const int QueueIdAt = 12;
    public const int FlagAt = 16;
    public const int QueueOffsetAt = 20;
    public const int PhysicalOffsetAt = 28;
    public const int SysFlagAt = 36;
    public const int BornTimestampAt = 40;
    public const int BornHostAt = 48;

    /// <summary>Bytes of a host with an IPv4 address: 4 + 4.</summary>
    public const int HostV4Bytes = 8;

    /// <summary>Bytes of a host with an IPv6 address: 16 + 4.</summary>
    public const int HostV6Bytes = 20;

    /// <summary>The longest topic whose message is v1.</summary>
    public const int TopicV1BytesMax = 127;

    /// <summary>The properties' length is a signed 16-bit number.</summary>
    public const int PropertiesBytesMax = short.MaxValue;

    /// <summary>
    /// Everything but hosts, body, topic, topic length and properties: 4·5 + 8·2 + 4 + 8 + 8 + 4 + 8 + 4 + 2.
    /// </summary>
    const int FixedBytes = 74;

    /// <summary>The smallest message: v1, IPv4 hosts, nothing variable. 91 bytes.</summary>
    public const int SmallestBytes = FixedBytes + 2 * HostV4Bytes + 1;

    /// <summary>Bytes of the born host under this system flag.</summary>
    public static int BornHostBytes(int sysFlag) => (sysFlag & SysFlag.BornHostV6) != 0 ? HostV6Bytes : HostV4Bytes;

    /// <summary>Bytes of the store host under this system flag.</summary>
    public static int StoreHostBytes(int sysFlag) => (sysFlag & SysFlag.StoreHostV6) != 0 ? HostV6Bytes : HostV4Bytes;

    /// <summary>Where the store timestamp lies: 56 with an IPv4 born host.</summary>
    public static int StoreTimestampAt(int sysFlag) => BornHostAt + BornHostBytes(sysFlag);

    /// <summary>The total size of a message. May exceed 32 bits only for lengths that no limit allows.</summary>
    public static long Size(int sysFlag, int bodyBytes, int topicBytes, int propertiesBytes) =>
        (long)FixedBytes
        + BornHostBytes(sysFlag)
        + StoreHostBytes(sysFlag)
        + TopicLengthBytes(topicBytes)
        + bodyBytes
        + topicBytes
        + propertiesBytes;

    /// <summary>1 or 2: the bytes that hold the topic's length.</summary>
    public static int TopicLengthBytes(int topicBytes) => topicBytes > TopicV1BytesMax ? 2 : 1;
}
