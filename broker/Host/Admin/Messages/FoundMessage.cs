using System.IO.Compression;
using System.Text;
using Broker.Host.Admin.Output;
using Broker.Protocol.Messages;

namespace Broker.Host.Admin.Messages;

/// <summary>A message as verbs show it: copied out of an answer, its body unpacked where it was packed.</summary>
sealed record FoundMessage
{
    /// <summary>The framework unpacks zlib only: bodies of these two kinds are shown as they are.</summary>
    const int Lz4 = 1 << 8;
    const int Zstd = 2 << 8;

    /// <summary>What an unpacked body may take: ten times the largest message. A bomb stays packed.</summary>
    const int UnpackedMost = 40 * 1024 * 1024;

    public required string Topic { get; init; }
    public required int QueueId { get; init; }
    public required long QueueOffset { get; init; }
    public required long LogPosition { get; init; }
    public required int Size { get; init; }
    public required int SysFlag { get; init; }

    /// <summary>The sender's own number.</summary>
    public required int Flag { get; init; }
    public required int ReconsumeTimes { get; init; }
    public required Moment Born { get; init; }
    public required Moment Stored { get; init; }
    public required string BornHost { get; init; }
    public required string StoreHost { get; init; }

    /// <summary>The id that leads to the broker and the position.</summary>
    public required string OffsetId { get; init; }
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>As the sender gave it.</summary>
    public required byte[] Body { get; init; }

    /// <summary>As it lies on the broker and as <see cref="SysFlag"/> says: perhaps packed.</summary>
    public required byte[] StoredBody { get; init; }

    /// <summary>The id that the sender gave, else <see cref="OffsetId"/>.</summary>
    public string Id => Properties.GetValueOrDefault("UNIQ_KEY", OffsetId);

    public string? Tags => Properties.GetValueOrDefault("TAGS");

    public string? Keys => Properties.GetValueOrDefault("KEYS");

    /// <summary>The body as UTF-8, or how many bytes it has when it is none.</summary>
    public string BodyText
    {
        get
        {
            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Body);
            }
            catch (DecoderFallbackException)
            {
                return $"({Body.Length} bytes that are no text)";
            }
        }
    }

    /// <summary>All messages of an answer's body.</summary>
    /// <exception cref="AdminFailedException">One is damaged.</exception>
    public static IReadOnlyList<FoundMessage> All(ReadOnlySpan<byte> bytes)
    {
        var found = new List<FoundMessage>();
        while (!bytes.IsEmpty)
        {
            var problem = MessageView.Read(bytes, out var message);
            if (problem != MessageProblem.None)
                throw new AdminFailedException($"the broker's answer holds a damaged message: {problem}");
            bytes = bytes[message.TotalSize..];
            found.Add(Copy(message));
        }
        return found;
    }

    static FoundMessage Copy(MessageView message)
    {
        byte[] body = message.Body.ToArray();
        return new()
        {
            Topic = Encoding.UTF8.GetString(message.Topic),
            QueueId = message.QueueId,
            QueueOffset = message.QueueOffset,
            LogPosition = message.PhysicalOffset,
            Size = message.TotalSize,
            SysFlag = message.SysFlag,
            Flag = message.Flag,
            ReconsumeTimes = message.ReconsumeTimes,
            Born = new Moment(message.BornTimestamp),
            Stored = new Moment(message.StoreTimestamp),
            BornHost = HostAddress.Read(message.BornHost).ToString(),
            StoreHost = HostAddress.Read(message.StoreHost).ToString(),
            OffsetId = OffsetMessageId.ToString(message.StoreHost, message.PhysicalOffset),
            Properties = MessageProperties.ToDictionary(message.Properties),
            Body = Unpack(body, message.SysFlag),
            StoredBody = body,
        };
    }

    static byte[] Unpack(byte[] body, int sysFlag)
    {
        bool packed = (sysFlag & Protocol.Messages.SysFlag.Compressed) != 0;
        if (!packed || (sysFlag & Protocol.Messages.SysFlag.CompressionTypeMask) is Lz4 or Zstd)
            return body;
        using var stream = new ZLibStream(new MemoryStream(body), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        try
        {
            byte[] part = new byte[8192];
            for (int read; unpacked.Length <= UnpackedMost && (read = stream.Read(part)) > 0; )
                unpacked.Write(part, 0, read);
            return unpacked.Length <= UnpackedMost ? unpacked.ToArray() : body;
        }
        catch (InvalidDataException)
        {
            return body;
        }
    }
}
