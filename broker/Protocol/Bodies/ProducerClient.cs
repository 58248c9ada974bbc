using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>One connected producer in the body of code 328.</summary>
/// <param name="ClientId">The id that the client gave itself.</param>
/// <param name="RemoteIp">The socket's other end as Java prints it: <c>/10.0.0.1:4711</c>.</param>
/// <param name="Language">The client's language, such as <c>JAVA</c>.</param>
/// <param name="Version">The client's version number.</param>
/// <param name="LastUpdateTimestamp">Its last heartbeat, in ms since 1970.</param>
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
