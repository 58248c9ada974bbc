using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>All broker groups: the body of code 106. Its broker ids are never quoted.</summary>
public sealed record ClusterInfo(IReadOnlyList<BrokerData> Brokers)
{
    /// <summary>Parses a body.</summary>
    public static ClusterInfo Parse(ReadOnlySpan<byte> utf8) =>
        new([.. FastJson.Parse(utf8)["brokerAddrTable"].Members.Select(one => BrokerData.Read(one.Value))]);

    /// <summary>The body: the groups by name and the names by cluster.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("brokerAddrTable").BeginObject();
        foreach (var broker in Brokers)
            broker.Write(json.Name(broker.BrokerName));
        json.EndObject().Name("clusterAddrTable").BeginObject();
        foreach (var cluster in Brokers.GroupBy(broker => broker.Cluster, StringComparer.Ordinal))
            json.Name(cluster.Key).Values(cluster.Select(broker => broker.BrokerName));
        json.EndObject().EndObject();
        return json.ToArray();
    }
}
