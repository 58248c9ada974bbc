using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// The state of a table that others copy: equal versions mean equal tables. <see cref="StateVersion"/> grows with
/// elections and decides
/// between two claimants; <see cref="Counter"/> grows with every change; <see cref="Timestamp"/> (ms since 1970) is
/// when the last one was.
/// </summary>
public readonly record struct DataVersion(long StateVersion, long Timestamp, long Counter)
{
    /// <summary>The version after one more change.</summary>
    public DataVersion Next(long nowMs) => this with { Timestamp = nowMs, Counter = Counter + 1 };

    /// <summary>Reads the three members; a missing one is 0.</summary>
    public static DataVersion Read(FastJson json) =>
        new(json["stateVersion"].AsLong(), json["timestamp"].AsLong(), json["counter"].AsLong());

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json) =>
        json.BeginObject()
            .Name("counter")
            .Value(Counter)
            .Name("stateVersion")
            .Value(StateVersion)
            .Name("timestamp")
            .Value(Timestamp)
            .EndObject();

    /// <summary>As text, as it travels in header fields.</summary>
    public string ToJson()
    {
        var json = new FastJsonWriter();
        Write(json);
        return System.Text.Encoding.UTF8.GetString(json.Written);
    }
}
