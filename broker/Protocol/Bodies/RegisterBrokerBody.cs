using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// The topics that a broker registers: the body of code 103 (protocol.md §6.3). Plain it is JSON. Compressed it is a
/// zlib stream of parts,
/// each an int32 length and that many bytes: the version as JSON; a bare int32 count of topics and each as
/// <c>name readQueues writeQueues perm filterType[ attributesJson]</c>; the filter servers as JSON; from 5.0 on a
/// count of static topics and each as JSON.
/// </summary>
public sealed record RegisterBrokerBody(
    DataVersion Version,
    IReadOnlyCollection<TopicConfig> Topics,
    IReadOnlyList<string> FilterServers
)
{
    /// <summary>
    /// What a compressed body may unpack to: 10,000 topics of 200 bytes are 2 MB; without a bound 16 MiB could become
    /// 16 GiB.
    /// </summary>
    const int MaxUnpackedBytes = 64 * 1024 * 1024;

    /// <summary>Parses a body; null with a reason when it is damaged.</summary>
    public static RegisterBrokerBody? TryParse(ReadOnlySpan<byte> body, bool compressed, out string problem)
    {
        if (!compressed)
            return ParsePlain(body, out problem);
        byte[] unpacked;
        try
        {
            if (!TryUnpack(body, out unpacked))
            {
                problem = $"the body unpacks to more than {MaxUnpackedBytes} bytes";
                return null;
            }
        }
        catch (InvalidDataException damaged)
        {
            problem = damaged.Message;
            return null;
        }
        return ParseParts(unpacked, out problem);
    }

    /// <summary>The plain form.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("filterServerList").Values(FilterServers).Name("topicConfigSerializeWrapper");
        new TopicConfigTable(Version, Topics).Write(json);
        json.EndObject();
        return json.ToArray();
    }

    /// <summary>The compressed form, as brokers of 5.0 and later send it.</summary>
    public byte[] ToCompressed()
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            WritePart(stream, Encoding.UTF8.GetBytes(Version.ToJson()));
            WriteInt(stream, Topics.Count);
            foreach (var topic in Topics)
                WritePart(stream, Encoding.UTF8.GetBytes(Line(topic)));
            WritePart(stream, new FastJsonWriter().Values(FilterServers).ToArray());
            WriteInt(stream, 0);
        }
        return packed.ToArray();
    }

    static RegisterBrokerBody? ParsePlain(ReadOnlySpan<byte> body, out string problem)
    {
        if (!FastJson.TryParse(body, out var json, out var reason))
        {
            problem = reason;
            return null;
        }
        var wrapper = json["topicConfigSerializeWrapper"];
        problem = PlainProblem(json, wrapper);
        if (problem.Length > 0)
            return null;
        var table = TopicConfigTable.Read(wrapper);
        return new RegisterBrokerBody(table.Version, table.Topics, Names(json["filterServerList"]));
    }

    /// <summary>What a body says of another kind than it should; what it leaves out is empty.</summary>
    static string PlainProblem(FastJson json, FastJson wrapper)
    {
        if (json.Kind != FastJsonKind.Object)
            return "the body is not an object of JSON";
        if (IsOther(wrapper, FastJsonKind.Object))
            return "topicConfigSerializeWrapper is not an object";
        if (IsOther(wrapper["topicConfigTable"], FastJsonKind.Object))
            return "topicConfigTable is not an object";
        if (wrapper["topicConfigTable"].Members.Any(topic => topic.Value.Kind != FastJsonKind.Object))
            return "a topic of topicConfigTable is not an object";
        if (IsOther(wrapper["dataVersion"], FastJsonKind.Object))
            return "dataVersion is not an object";
        return IsOther(json["filterServerList"], FastJsonKind.Array) ? "filterServerList is not a list" : "";
    }

    static bool IsOther(FastJson value, FastJsonKind kind) => value.HasValue && value.Kind != kind;

    static RegisterBrokerBody? ParseParts(ReadOnlySpan<byte> rest, out string problem)
    {
        problem = "the body ends early";
        if (!TryPart(ref rest, out var versionPart) || !TryInt(ref rest, out var count) || count < 0)
            return null;
        if (!FastJson.TryParse(versionPart, out var version, out problem!))
            return null;
        if (version.Kind != FastJsonKind.Object)
        {
            problem = "the version is not an object of JSON";
            return null;
        }
        problem = "the body ends early";
        var topics = new List<TopicConfig>();
        for (var i = 0; i < count; i++)
        {
            if (!TryPart(ref rest, out var line))
                return null;
            if (ParseLine(Encoding.UTF8.GetString(line)) is not { } topic)
            {
                problem = "a topic has too few parts or bad ones: " + Encoding.UTF8.GetString(line);
                return null;
            }
            topics.Add(topic);
        }
        var servers =
            TryPart(ref rest, out var serverPart) && FastJson.TryParse(serverPart, out var list, out _)
                ? Names(list)
                : [];
        problem = "";
        return new RegisterBrokerBody(DataVersion.Read(version), topics, servers);
    }

    static TopicConfig? ParseLine(string line)
    {
        var parts = line.Split(' ', 6);
        if (
            parts.Length < 5
            || !int.TryParse(parts[1], out var read)
            || !int.TryParse(parts[2], out var write)
            || !int.TryParse(parts[3], out var permission)
        )
            return null;
        FastJson? json = null;
        if (parts.Length == 6 && !FastJson.TryParse(Encoding.UTF8.GetBytes(parts[5]), out json, out _))
            return null;
        return new TopicConfig
        {
            TopicName = parts[0],
            ReadQueueNums = read,
            WriteQueueNums = write,
            Perm = permission,
            TopicFilterType = parts[4],
            Attributes = json is null ? null : TextMap.Read(json),
        };
    }

    static string Line(TopicConfig topic)
    {
        var line =
            $"{topic.TopicName} {topic.ReadQueueNums} {topic.WriteQueueNums} {topic.Perm} {topic.TopicFilterType}";
        if (topic.Attributes is null)
            return line;
        var json = new FastJsonWriter();
        TextMap.Write(json, topic.Attributes);
        return $"{line} {Encoding.UTF8.GetString(json.Written)}";
    }

    static bool TryUnpack(ReadOnlySpan<byte> body, out byte[] unpacked)
    {
        using var packed = new MemoryStream(body.ToArray());
        using var stream = new ZLibStream(packed, CompressionMode.Decompress);
        using var target = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            target.Write(buffer, 0, read);
            if (target.Length > MaxUnpackedBytes)
            {
                unpacked = [];
                return false;
            }
        }
        unpacked = target.ToArray();
        return true;
    }

    static IReadOnlyList<string> Names(FastJson json) => [.. json.Items.Select(item => item.AsText()).OfType<string>()];

    static bool TryPart(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (!TryInt(ref rest, out var length) || length < 0 || length > rest.Length)
            return false;
        part = rest[..length];
        rest = rest[length..];
        return true;
    }

    static bool TryInt(ref ReadOnlySpan<byte> rest, out int number)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(rest, out number))
            return false;
        rest = rest[4..];
        return true;
    }

    static void WritePart(Stream stream, ReadOnlySpan<byte> part)
    {
        WriteInt(stream, part.Length);
        stream.Write(part);
    }

    static void WriteInt(Stream stream, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        stream.Write(bytes);
    }
}
