using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>How far a group is on one broker: the body of code 208.</summary>
public sealed record ConsumeStats(IReadOnlyList<ConsumeOffset> Offsets, double ConsumeTps)
{
    /// <summary>Messages between the group and the ends of its queues.</summary>
    public long Behind => Offsets.Sum(offset => offset.BrokerOffset - offset.ConsumerOffset);

    /// <summary>Parses a body.</summary>
    public static ConsumeStats Parse(ReadOnlySpan<byte> utf8) => Read(FastJson.Parse(utf8));

    /// <summary>Reads a value.</summary>
    public static ConsumeStats Read(FastJson json) =>
        new(
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

    /// <summary>Messages that were pulled and not consumed yet.</summary>
    public long InFlight => Offsets.Sum(offset => offset.PullOffset - offset.ConsumerOffset);

    /// <summary>The body.</summary>
    public byte[] ToJson() => Write(new FastJsonWriter()).ToArray();

    /// <summary>Writes it as a value.</summary>
    public FastJsonWriter Write(FastJsonWriter json)
    {
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
        return json.EndObject().EndObject();
    }
}
