using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>How far a group is on one broker: the body of code 208.</summary>
public sealed record ConsumeStats(IReadOnlyList<ConsumeOffset> Offsets, double ConsumeTps)
{
    /// <summary>Messages between the group and the ends of its queues.</summary>
    public long Behind => Offsets.Sum(offset => offset.BrokerOffset - offset.ConsumerOffset);

    /// <summary>Parses a body.</summary>
    public static ConsumeStats Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.Parse(utf8);
        return new ConsumeStats(
            [
                .. json["offsetTable"]
                    .Members.Select(one => new ConsumeOffset(
                        MessageQueue.Read(one.Key),
                        one.Value["brokerOffset"].AsLong(),
                        one.Value["consumerOffset"].AsLong(),
                        one.Value["pullOffset"].AsLong(),
                        one.Value["lastTimestamp"].AsLong()
                    )),
            ],
            json["consumeTps"].AsDouble()
        );
    }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("consumeTps").Value(ConsumeTps).Name("offsetTable").BeginObject();
        foreach (var offset in Offsets)
        {
            offset
                .Queue.Write(json)
                .Colon()
                .BeginObject()
                .Name("brokerOffset")
                .Value(offset.BrokerOffset)
                .Name("consumerOffset")
                .Value(offset.ConsumerOffset)
                .Name("lastTimestamp")
                .Value(offset.LastTimestamp)
                .Name("pullOffset")
                .Value(offset.PullOffset)
                .EndObject();
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }
}
