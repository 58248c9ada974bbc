using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>A figure over one span of time: the sum, per second, and per call.</summary>
public readonly record struct BrokerStatsItem(long Sum, double PerSecond, double PerCall)
{
    /// <summary>Reads a value.</summary>
    public static BrokerStatsItem Read(FastJson json) =>
        new(json["sum"].AsLong(), json["tps"].AsDouble(), json["avgpt"].AsDouble());

    /// <summary>Writes it as a value.</summary>
    public FastJsonWriter Write(FastJsonWriter json) =>
        json.BeginObject().Name("avgpt").Value(PerCall).Name("sum").Value(Sum).Name("tps").Value(PerSecond).EndObject();
}
