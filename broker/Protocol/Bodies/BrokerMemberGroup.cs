using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>The brokers of one group as brokers ask for them: the body of code 901.</summary>
public static class BrokerMemberGroup
{
    /// <summary>The body.</summary>
    public static byte[] ToJson(string cluster, string brokerName, IEnumerable<KeyValuePair<long, string>> addresses)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("brokerMemberGroup").BeginObject().Name("brokerAddrs").BeginObject();
        foreach (var (id, address) in addresses)
            json.Name(id).Value(address);
        json.EndObject().Name("brokerName").Value(brokerName).Name("cluster").Value(cluster).EndObject().EndObject();
        return json.ToArray();
    }

    /// <summary>The addresses by broker id.</summary>
    public static IReadOnlyDictionary<long, string> Parse(ReadOnlySpan<byte> utf8) =>
        BrokerData.Read(FastJson.Parse(utf8)["brokerMemberGroup"]).BrokerAddrs;
}
