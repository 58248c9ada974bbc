using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>Lists of names under one member: <c>topicList</c>, <c>groupList</c>, <c>consumerIdList</c>.</summary>
public static class NameList
{
    /// <summary>The body, with the broker's address where the reference adds it.</summary>
    public static byte[] ToJson(string member, IEnumerable<string> names, string? brokerAddr = null)
    {
        var json = new FastJsonWriter();
        json.BeginObject();
        if (brokerAddr is not null)
            json.Name("brokerAddr").Value(brokerAddr);
        json.Name(member).Values(names).EndObject();
        return json.ToArray();
    }

    /// <summary>Parses a body; empty when the member is missing.</summary>
    public static IReadOnlyList<string> Parse(string member, ReadOnlySpan<byte> utf8) =>
        [.. FastJson.Parse(utf8)[member].Items.Select(item => item.AsText()).OfType<string>()];
}
