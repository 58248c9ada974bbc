using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>How far all groups of a broker are, by group and topic: the body of code 317.</summary>
public sealed record BrokerConsumeStats(
    string BrokerAddress,
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<ConsumeStats>>> Groups
)
{
    /// <summary>Parses a body.</summary>
    public static BrokerConsumeStats Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.Parse(utf8);
        return new BrokerConsumeStats(
            json["brokerAddr"].AsText(""),
            [
                .. json["consumeStatsList"]
                    .Items.SelectMany(one => one.Members)
                    .Select(one =>
                        KeyValuePair.Create(
                            one.Key.AsText(""),
                            (IReadOnlyList<ConsumeStats>)[.. one.Value.Items.Select(ConsumeStats.Read)]
                        )
                    ),
            ]
        );
    }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("brokerAddr").Value(BrokerAddress).Name("consumeStatsList").BeginArray();
        foreach (var (group, topics) in Groups)
        {
            json.BeginObject().Name(group).BeginArray();
            foreach (var topic in topics)
                topic.Write(json);
            json.EndArray().EndObject();
        }
        var all = Groups.SelectMany(group => group.Value).ToArray();
        return json.EndArray()
            .Name("totalDiff")
            .Value(all.Sum(one => one.Behind))
            .Name("totalInflightDiff")
            .Value(all.Sum(one => one.InFlight))
            .EndObject()
            .ToArray();
    }
}
