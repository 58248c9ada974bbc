using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// The settings of one topic on one broker, as in <c>config/topics.json</c> and codes 17, 21 and 103 (protocol.md
/// §2.6).
/// </summary>
public sealed record TopicConfig
{
    /// <summary>Permission bit: messages may be read.</summary>
    public const int PermissionRead = 4;

    /// <summary>Permission bit: messages may be written.</summary>
    public const int PermissionWrite = 2;

    /// <summary>Permission bit: other topics may be created in this one's image.</summary>
    public const int PermissionInherit = 1;

    /// <summary>The topic's name.</summary>
    public required string TopicName { get; init; }

    /// <summary>Queues that consumers read from.</summary>
    public int ReadQueueNums { get; init; } = 16;

    /// <summary>Queues that producers write to.</summary>
    public int WriteQueueNums { get; init; } = 16;

    /// <summary>The permission bits.</summary>
    public int Perm { get; init; } = PermissionRead | PermissionWrite;

    /// <summary>SINGLE_TAG or MULTI_TAG; kept, without effect.</summary>
    public string TopicFilterType { get; init; } = "SINGLE_TAG";

    /// <summary>1 unit, 2 unit subscription.</summary>
    public int TopicSysFlag { get; init; }

    /// <summary>Whether the topic is meant for ordered messages.</summary>
    public bool Order { get; init; }

    /// <summary>Attributes such as <c>message.type</c>; null when the sender wrote none.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Reads one configuration; the name is empty when it is missing.</summary>
    public static TopicConfig Read(FastJson json) =>
        new()
        {
            TopicName = json["topicName"].AsText(""),
            ReadQueueNums = json["readQueueNums"].AsInt(16),
            WriteQueueNums = json["writeQueueNums"].AsInt(16),
            Perm = json["perm"].AsInt(PermissionRead | PermissionWrite),
            TopicFilterType =
                json["topicFilterType"].AsEnum(["SINGLE_TAG", "MULTI_TAG"]) == 1 ? "MULTI_TAG" : "SINGLE_TAG",
            TopicSysFlag = json["topicSysFlag"].AsInt(),
            Order = json["order"].AsBool(),
            Attributes = TextMap.Read(json["attributes"]),
        };

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json)
    {
        json.BeginObject();
        if (Attributes is not null)
            TextMap.Write(json.Name("attributes"), Attributes);
        json.Name("order")
            .Value(Order)
            .Name("perm")
            .Value(Perm)
            .Name("readQueueNums")
            .Value(ReadQueueNums)
            .Name("topicFilterType")
            .Value(TopicFilterType)
            .Name("topicName")
            .Value(TopicName)
            .Name("topicSysFlag")
            .Value(TopicSysFlag)
            .Name("writeQueueNums")
            .Value(WriteQueueNums)
            .EndObject();
    }
}
