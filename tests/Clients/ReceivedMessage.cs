using System.Text.Json.Nodes;

namespace Clients;

/// <summary>
/// What a consumer's script reported of one delivery. Clients differ in what they show: null is "it does not say".
/// </summary>
public sealed record ReceivedMessage(
    string? Tags,
    string Keys,
    int Bytes,
    string Sha256,
    JsonObject? Properties,
    int? ReconsumeTimes
)
{
    public static ReceivedMessage Parse(string line)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        return new ReceivedMessage(
            (string?)json["tags"],
            (string?)json["keys"] ?? "",
            (int)json["bytes"]!,
            (string)json["sha256"]!,
            json["properties"] as JsonObject,
            (int?)json["reconsumeTimes"]
        );
    }
}
