using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>The brokers of one name: where each id listens. Id 0 is the master.</summary>
public sealed record BrokerData(
    string Cluster,
    string BrokerName,
    IReadOnlyDictionary<long, string> BrokerAddrs,
    bool EnableActingMaster = false
)
{
    /// <summary>Reads a value; keys of the addresses may be quoted or not.</summary>
    public static BrokerData Read(FastJson json)
    {
        var addresses = new SortedList<long, string>();
        foreach (var (id, address) in json["brokerAddrs"].Members)
            addresses[id.AsLong()] = address.AsText("");
        return new BrokerData(
            json["cluster"].AsText(""),
            json["brokerName"].AsText(""),
            addresses,
            json["enableActingMaster"].AsBool()
        );
    }

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json)
    {
        json.BeginObject().Name("brokerAddrs").BeginObject();
        foreach (var (id, address) in BrokerAddrs)
            json.Name(id).Value(address);
        json.EndObject()
            .Name("brokerName")
            .Value(BrokerName)
            .Name("cluster")
            .Value(Cluster)
            .Name("enableActingMaster")
            .Value(EnableActingMaster)
            .EndObject();
    }
}
