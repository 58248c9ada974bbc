using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>One figure over the last minute, hour and day: the body of code 315.</summary>
public readonly record struct BrokerStatsData(BrokerStatsItem Minute, BrokerStatsItem Hour, BrokerStatsItem Day)
{
    /// <summary>Parses a body.</summary>
    public static BrokerStatsData Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.Parse(utf8);
        return new BrokerStatsData(
            BrokerStatsItem.Read(json["statsMinute"]),
            BrokerStatsItem.Read(json["statsHour"]),
            BrokerStatsItem.Read(json["statsDay"])
        );
    }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        Day.Write(json.BeginObject().Name("statsDay"));
        Hour.Write(json.Name("statsHour"));
        Minute.Write(json.Name("statsMinute"));
        json.EndObject();
        return json.ToArray();
    }
}
