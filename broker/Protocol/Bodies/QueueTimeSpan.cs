using System.Globalization;
using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// When the messages of a queue were stored, and how far a group is in them by time: an entry of the body of code 303.
/// Times are ms since 1970, -1 when there is no such message.
/// </summary>
public readonly record struct QueueTimeSpan(
    MessageQueue Queue,
    long MinTimestamp,
    long MaxTimestamp,
    long ConsumeTimestamp,
    long DelayMs
)
{
    /// <summary>The body. Readers find the times as local texts, too.</summary>
    public static byte[] ToJson(IEnumerable<QueueTimeSpan> spans, TimeZoneInfo zone)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("consumeTimeSpanSet").BeginArray();
        foreach (var span in spans)
            span.Write(json, zone);
        return json.EndArray().EndObject().ToArray();
    }

    /// <summary>Parses a body.</summary>
    public static IReadOnlyList<QueueTimeSpan> Parse(ReadOnlySpan<byte> utf8) =>
        [
            .. FastJson
                .Parse(utf8)["consumeTimeSpanSet"]
                .Items.Select(one => new QueueTimeSpan(
                    MessageQueue.Read(one["messageQueue"]),
                    one["minTimeStamp"].AsLong(),
                    one["maxTimeStamp"].AsLong(),
                    one["consumeTimeStamp"].AsLong(),
                    one["delayTime"].AsLong()
                )),
        ];

    void Write(FastJsonWriter json, TimeZoneInfo zone)
    {
        json.BeginObject().Name("consumeTimeStamp").Value(ConsumeTimestamp);
        json.Name("consumeTimeStampStr").Value(Local(ConsumeTimestamp, zone));
        json.Name("delayTime").Value(DelayMs).Name("maxTimeStamp").Value(MaxTimestamp);
        json.Name("maxTimeStampStr").Value(Local(MaxTimestamp, zone));
        Queue.Write(json.Name("messageQueue")).Name("minTimeStamp").Value(MinTimestamp);
        json.Name("minTimeStampStr").Value(Local(MinTimestamp, zone)).EndObject();
    }

    static string Local(long ms, TimeZoneInfo zone) =>
        TimeZoneInfo
            .ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone)
            .ToString("yyyy-MM-dd#HH:mm:ss:fff", CultureInfo.InvariantCulture);
}
