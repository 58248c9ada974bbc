using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>One connected client, in the bodies of codes 203 and 204.</summary>
public readonly record struct ClientConnection(string ClientId, string ClientAddr, string Language, int Version)
{
    /// <summary>Reads a value.</summary>
    public static ClientConnection Read(FastJson json) =>
        new(
            json["clientId"].AsText(""),
            json["clientAddr"].AsText(""),
            json["language"].AsText(""),
            json["version"].AsInt()
        );

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json) =>
        json.BeginObject()
            .Name("clientAddr")
            .Value(ClientAddr)
            .Name("clientId")
            .Value(ClientId)
            .Name("language")
            .Value(Language)
            .Name("version")
            .Value(Version)
            .EndObject();

    /// <summary>Reads the member <c>connectionSet</c>.</summary>
    public static IReadOnlyList<ClientConnection> ReadSet(FastJson json) =>
        [.. json["connectionSet"].Items.Select(Read)];

    /// <summary>Writes the member <c>connectionSet</c>.</summary>
    public static FastJsonWriter WriteSet(FastJsonWriter json, IEnumerable<ClientConnection> connections)
    {
        json.Name("connectionSet").BeginArray();
        foreach (var connection in connections)
            connection.Write(json);
        return json.EndArray();
    }
}
