using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>One connected producer in the body of code 328.</summary>
public readonly record struct ProducerClient(
    string ClientId,
    string RemoteIp,
    string Language,
    int Version,
    long LastUpdateTimestamp
)
{
    /// <summary>The body: the clients by producer group.</summary>
    public static byte[] ToJson(IReadOnlyDictionary<string, IReadOnlyList<ProducerClient>> groups)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("data").BeginObject();
        foreach (var (group, clients) in groups)
        {
            json.Name(group).BeginArray();
            foreach (var client in clients)
            {
                json.BeginObject()
                    .Name("clientId")
                    .Value(client.ClientId)
                    .Name("language")
                    .Value(client.Language)
                    .Name("lastUpdateTimestamp")
                    .Value(client.LastUpdateTimestamp)
                    .Name("remoteIP")
                    .Value(client.RemoteIp)
                    .Name("version")
                    .Value(client.Version)
                    .EndObject();
            }
            json.EndArray();
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }
}
