using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// An offset per queue: the bodies of codes 220, 221 and 222. Clients in Java read a map with whole queues as keys,
/// clients on the C++ core a list (protocol.md §2.2).
/// </summary>
public static class QueueOffsetMap
{
    /// <summary>The body of 220 and of the answer to 222.</summary>
    public static byte[] ToJson(IEnumerable<KeyValuePair<MessageQueue, long>> offsets)
    {
        var json = new FastJsonWriter();
        Write(json.BeginObject().Name("offsetTable"), offsets);
        json.EndObject();
        return json.ToArray();
    }

    /// <summary>The body of 220 for clients on the C++ core.</summary>
    public static byte[] ToListJson(IEnumerable<KeyValuePair<MessageQueue, long>> offsets)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("offsetTable").BeginArray();
        foreach (var (queue, offset) in offsets)
        {
            json.BeginObject()
                .Name("brokerName")
                .Value(queue.BrokerName)
                .Name("offset")
                .Value(offset)
                .Name("queueId")
                .Value(queue.QueueId)
                .Name("topic")
                .Value(queue.Topic)
                .EndObject();
        }
        json.EndArray().EndObject();
        return json.ToArray();
    }

    /// <summary>Reads a map of queues to offsets.</summary>
    public static IReadOnlyList<KeyValuePair<MessageQueue, long>> Read(FastJson json) =>
        [.. json.Members.Select(one => KeyValuePair.Create(MessageQueue.Read(one.Key), one.Value.AsLong()))];

    /// <summary>Writes a map of queues to offsets as a value.</summary>
    public static FastJsonWriter Write(FastJsonWriter json, IEnumerable<KeyValuePair<MessageQueue, long>> offsets)
    {
        json.BeginObject();
        foreach (var (queue, offset) in offsets)
            queue.Write(json).Colon().Value(offset);
        return json.EndObject();
    }
}
