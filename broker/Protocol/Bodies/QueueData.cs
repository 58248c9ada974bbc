using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>What one broker group offers of a topic, in a route.</summary>
public readonly record struct QueueData(
    string BrokerName,
    int ReadQueueNums,
    int WriteQueueNums,
    int Perm,
    int TopicSysFlag
)
{
    /// <summary>Reads a value; the reference once misspelt the system flag.</summary>
    public static QueueData Read(FastJson json) =>
        new(
            json["brokerName"].AsText(""),
            json["readQueueNums"].AsInt(),
            json["writeQueueNums"].AsInt(),
            json["perm"].AsInt(),
            json["topicSysFlag"].AsInt(json["topicSynFlag"].AsInt())
        );

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json) =>
        json.BeginObject()
            .Name("brokerName")
            .Value(BrokerName)
            .Name("perm")
            .Value(Perm)
            .Name("readQueueNums")
            .Value(ReadQueueNums)
            .Name("topicSysFlag")
            .Value(TopicSysFlag)
            .Name("writeQueueNums")
            .Value(WriteQueueNums)
            .EndObject();
}
