using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>What a client says of itself every 30 s: the body of code 34 (protocol.md §4.1).</summary>
public sealed record HeartbeatData
{
    /// <summary>The client, such as <c>10.0.0.7@12345</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its producer groups.</summary>
    public IReadOnlyList<string> ProducerGroups { get; init; } = [];

    /// <summary>Its consumer groups.</summary>
    public IReadOnlyList<ConsumerData> Consumers { get; init; } = [];

    /// <summary>A hash of the rest, 0 from clients that send everything every time.</summary>
    public int Fingerprint { get; init; }

    /// <summary>The subscriptions were left out, since they are those of <see cref="Fingerprint"/>.</summary>
    public bool WithoutSubscriptions { get; init; }

    /// <summary>Parses a body; one that is no JSON is refused with code 1.</summary>
    public static HeartbeatData Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.ParseObject(utf8);
        return new HeartbeatData
        {
            ClientId = json["clientID"].AsText(""),
            ProducerGroups =
            [
                .. json["producerDataSet"].Items.Select(item => item["groupName"].AsText()).OfType<string>(),
            ],
            Consumers = [.. json["consumerDataSet"].Items.Select(ConsumerData.Read)],
            Fingerprint = json["heartbeatFingerprint"].AsInt(),
            WithoutSubscriptions = json["withoutSub"].AsBool(json["isWithoutSub"].AsBool()),
        };
    }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("clientID").Value(ClientId).Name("consumerDataSet").BeginArray();
        foreach (var consumer in Consumers)
            consumer.Write(json);
        json.EndArray().Name("heartbeatFingerprint").Value(Fingerprint).Name("producerDataSet").BeginArray();
        foreach (var group in ProducerGroups)
            json.BeginObject().Name("groupName").Value(group).EndObject();
        json.EndArray().Name("withoutSub").Value(WithoutSubscriptions).EndObject();
        return json.ToArray();
    }
}
