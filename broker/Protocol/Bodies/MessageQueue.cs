using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// One queue of a topic on one broker group. As a key of a map it is written whole, which is not standard JSON
/// (protocol.md §0.6).
/// </summary>
public readonly record struct MessageQueue(string Topic, string BrokerName, int QueueId)
{
    /// <summary>Reads a value or a key.</summary>
    public static MessageQueue Read(FastJson json) =>
        new(json["topic"].AsText(""), json["brokerName"].AsText(""), json["queueId"].AsInt());

    /// <summary>Writes it as a value; <see cref="FastJsonWriter.Colon"/> makes it a key.</summary>
    public FastJsonWriter Write(FastJsonWriter json) =>
        json.BeginObject()
            .Name("brokerName")
            .Value(BrokerName)
            .Name("queueId")
            .Value(QueueId)
            .Name("topic")
            .Value(Topic)
            .EndObject();
}
