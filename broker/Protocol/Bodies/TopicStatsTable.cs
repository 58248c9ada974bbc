using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>The queues of a topic on one broker: the body of code 202.</summary>
public sealed record TopicStatsTable(IReadOnlyList<TopicOffset> Offsets, double TopicPutTps = 0)
{
    /// <summary>Parses a body.</summary>
    public static TopicStatsTable Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.Parse(utf8);
        return new TopicStatsTable(
            [
                .. json["offsetTable"]
                    .Members.Select(one => new TopicOffset(
                        MessageQueue.Read(one.Key),
                        one.Value["minOffset"].AsLong(),
                        one.Value["maxOffset"].AsLong(),
                        one.Value["lastUpdateTimestamp"].AsLong()
                    )),
            ],
            json["topicPutTps"].AsDouble()
        );
    }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("offsetTable").BeginObject();
        foreach (var offset in Offsets)
        {
            offset
                .Queue.Write(json)
                .Colon()
                .BeginObject()
                .Name("lastUpdateTimestamp")
                .Value(offset.LastUpdateTimestamp)
                .Name("maxOffset")
                .Value(offset.MaxOffset)
                .Name("minOffset")
                .Value(offset.MinOffset)
                .EndObject();
        }
        json.EndObject().Name("topicPutTps").Value(TopicPutTps).EndObject();
        return json.ToArray();
    }
}
