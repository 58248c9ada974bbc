using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>Where a topic is: the body of code 105 (protocol.md §6.1).</summary>
public sealed record TopicRouteData
{
    /// <summary>The broker groups that have the topic.</summary>
    public IReadOnlyList<BrokerData> BrokerDatas { get; init; } = [];

    /// <summary>What each of them offers.</summary>
    public IReadOnlyList<QueueData> QueueDatas { get; init; } = [];

    /// <summary>Class filter servers by broker address.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> FilterServerTable { get; init; } = [];

    /// <summary>
    /// Queue counts of an ordered topic, such as <c>broker-a:4;broker-b:4</c>; null when there are none.
    /// </summary>
    public string? OrderTopicConf { get; init; }

    /// <summary>Parses a body with quoted or unquoted keys.</summary>
    public static TopicRouteData Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.Parse(utf8);
        return new TopicRouteData
        {
            BrokerDatas = [.. json["brokerDatas"].Items.Select(BrokerData.Read)],
            QueueDatas = [.. json["queueDatas"].Items.Select(QueueData.Read)],
            FilterServerTable =
            [
                .. json["filterServerTable"]
                    .Members.Select(one =>
                        KeyValuePair.Create(
                            one.Key.AsText(""),
                            (IReadOnlyList<string>)[.. one.Value.Items.Select(item => item.AsText(""))]
                        )
                    ),
            ],
            OrderTopicConf = json["orderTopicConf"].AsText(),
        };
    }

    /// <summary>The body; <see cref="FastJsonStyle.QuotedNumberKeys"/> for clients of 4.9.4 and later.</summary>
    public byte[] ToJson(FastJsonStyle style)
    {
        var json = new FastJsonWriter(style);
        json.BeginObject().Name("brokerDatas").BeginArray();
        foreach (var broker in BrokerDatas)
            broker.Write(json);
        json.EndArray().Name("filterServerTable").BeginObject();
        foreach (var (address, servers) in FilterServerTable)
            json.Name(address).Values(servers);
        json.EndObject();
        if (OrderTopicConf is not null)
            json.Name("orderTopicConf").Value(OrderTopicConf);
        json.Name("queueDatas").BeginArray();
        foreach (var queue in QueueDatas)
            queue.Write(json);
        json.EndArray().EndObject();
        return json.ToArray();
    }
}
