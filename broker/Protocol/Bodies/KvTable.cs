using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// Text by text under the member <c>table</c>: the body of codes 28 and 219 and of the answer to 103.
/// </summary>
public static class KvTable
{
    /// <summary>The body.</summary>
    public static byte[] ToJson(IReadOnlyDictionary<string, string> table)
    {
        var json = new FastJsonWriter();
        TextMap.Write(json.BeginObject().Name("table"), table);
        json.EndObject();
        return json.ToArray();
    }

    /// <summary>Parses a body; empty when there is no table in it.</summary>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> utf8) =>
        TextMap.Read(FastJson.Parse(utf8)["table"]) ?? new Dictionary<string, string>();
}
