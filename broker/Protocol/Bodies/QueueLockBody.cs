using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// The bodies of LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42): a member of a consumer group and the queues that it wants
/// for itself, or gives up (protocol.md §4.9).
/// </summary>
public sealed record QueueLockBody
{
    /// <summary>Null when the request does not say.</summary>
    public string? Group { get; init; }

    /// <summary>Null when the request does not say.</summary>
    public string? ClientId { get; init; }

    /// <summary>The queues.</summary>
    public IReadOnlyList<MessageQueue> Queues { get; init; } = [];

    /// <summary>Reads a request; null when it is not an object of JSON.</summary>
    public static QueueLockBody? Parse(ReadOnlySpan<byte> utf8)
    {
        if (!FastJson.TryParse(utf8, out var json, out _) || json.Kind != FastJsonKind.Object)
            return null;
        return new QueueLockBody
        {
            Group = json["consumerGroup"].AsText(),
            ClientId = json["clientId"].AsText(),
            Queues = [.. json["mqSet"].Items.Select(MessageQueue.Read)],
        };
    }

    /// <summary>The request's body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject();
        if (ClientId is not null)
            json.Name("clientId").Value(ClientId);
        if (Group is not null)
            json.Name("consumerGroup").Value(Group);
        WriteQueues(json.Name("mqSet"), Queues);
        json.Name("onlyThisBroker").Value(false).EndObject();
        return json.ToArray();
    }

    /// <summary>The answer to 41: the queues that the member holds now.</summary>
    public static byte[] Held(IEnumerable<MessageQueue> queues)
    {
        var json = new FastJsonWriter();
        WriteQueues(json.BeginObject().Name("lockOKMQSet"), queues);
        json.EndObject();
        return json.ToArray();
    }

    static void WriteQueues(FastJsonWriter json, IEnumerable<MessageQueue> queues)
    {
        json.BeginArray();
        foreach (var queue in queues)
            queue.Write(json);
        json.EndArray();
    }
}
