using Broker.Protocol.Json;
using Broker.Protocol.Messages;

namespace Broker.Core.Pop;

/// <summary>
/// What a message of the revive log says, in Apache's form: its tag is the kind, its body JSON with sorted members.
/// <code>
/// ck    {"bm":0,"bn":"broker-a","c":"group","d":[0,1],"it":60000,"n":2,"pt":1,"q":0,"reviveTime":60001,"ro":0,
///        "so":7,"t":"topic"}
/// ack   {"ao":8,"bn":"broker-a","c":"group","pt":1,"q":0,"so":7,"t":"topic"}
/// bAck  {"ao":-1,"aol":[7,8],"bn":"broker-a","c":"group","pt":1,"q":0,"so":7,"t":"topic"}
/// </code>
/// Messages are pairs of start offset (so) and distances (d); bm are the bits of those that are acknowledged.
/// </summary>
sealed record ReviveRecord
{
    public static ReadOnlySpan<byte> CheckpointTag => "ck"u8;

    public static ReadOnlySpan<byte> AckTag => "ack"u8;

    public static ReadOnlySpan<byte> BatchAckTag => "bAck"u8;

    public required bool IsCheckpoint { get; init; }

    public required string Topic { get; init; }

    public required string Group { get; init; }

    public required int QueueId { get; init; }

    public required CheckpointKey Key { get; init; }

    public long InvisibleMs { get; init; }

    /// <summary>Of a checkpoint: its messages.</summary>
    public IReadOnlyList<long> Offsets { get; init; } = [];

    /// <summary>Of a checkpoint: the bits of those that are acknowledged.</summary>
    public uint Acked { get; init; }

    /// <summary>Of an acknowledgement: the messages.</summary>
    public IReadOnlyList<long> AckedOffsets { get; init; } = [];

    /// <summary>Reads a message of the log; null when it is no record.</summary>
    public static ReviveRecord? Read(in MessageView message)
    {
        if (
            !message.TryGetProperty(PropertyNames.Tags, out var tag)
            || !FastJson.TryParse(message.Body, out var json, out _)
            || json["t"].AsText() is not { Length: > 0 } topic
            || json["c"].AsText() is not { Length: > 0 } group
            || json["q"].AsInt(-1) is < 0 or >= QueueIdsMax
        )
            return null;
        var isCheckpoint = tag.SequenceEqual(CheckpointTag);
        if (!isCheckpoint && !tag.SequenceEqual(AckTag) && !tag.SequenceEqual(BatchAckTag))
            return null;
        var start = json["so"].AsLong(-1);
        return new ReviveRecord
        {
            IsCheckpoint = isCheckpoint,
            Topic = topic,
            Group = group,
            QueueId = json["q"].AsInt(),
            Key = new CheckpointKey(start, json["pt"].AsLong()),
            InvisibleMs = json["it"].AsLong(),
            Offsets = isCheckpoint ? OffsetsOf(json, start) : [],
            Acked = (uint)json["bm"].AsInt(),
            AckedOffsets = isCheckpoint ? [] : AcksOf(json),
        };
    }

    /// <summary>The number of queues that offsets can be kept of.</summary>
    const int QueueIdsMax = Broker.Core.Offsets.QueueOffsets.QueuesMax;

    static List<long> OffsetsOf(FastJson json, long start)
    {
        var count = Math.Clamp(json["n"].AsInt(), 0, Checkpoint.MessagesMax);
        var distances = json["d"].Items;
        // A checkpoint of the first 5.x brokers has no distances: its messages are neighbours.
        return [.. Enumerable.Range(0, count).Select(i => start + (i < distances.Count ? distances[i].AsInt() : i))];
    }

    static List<long> AcksOf(FastJson json) =>
        json["aol"].Items is { Count: > 0 } several
            ? [.. several.Select(offset => offset.AsLong(-1))]
            : [json["ao"].AsLong(-1)];
}
