using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// How far the clients of a group are by their own account: the answers to codes 221 (one client, without its name) and
/// 223 (all that answered).
/// </summary>
public static class ConsumerStatus
{
    /// <summary>What one client answered; nothing when it cannot be read.</summary>
    public static ClientOffsets ParseOne(string clientId, ReadOnlySpan<byte> utf8) =>
        new(
            clientId,
            FastJson.TryParse(utf8, out var json, out _) ? QueueOffsetMap.Read(json["messageQueueTable"]) : []
        );

    /// <summary>The answer to 223.</summary>
    public static byte[] ToJson(IEnumerable<ClientOffsets> clients)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("consumerTable").BeginObject();
        foreach (var client in clients)
            QueueOffsetMap.Write(json.Name(client.ClientId), client.Queues);
        json.EndObject().Name("messageQueueTable").BeginObject().EndObject().EndObject();
        return json.ToArray();
    }
}
