using System.Text.Json.Nodes;

namespace Hostile.Clients;

/// <summary>Bodies of heartbeats, as Apache's clients write them.</summary>
static class HeartbeatBodies
{
    public static byte[] Consumer(string client, string? group, params string[] topics)
    {
        var subscriptions = topics.Select(topic =>
            (JsonNode)
                new JsonObject
                {
                    ["topic"] = topic,
                    ["subString"] = "*",
                    ["tagsSet"] = new JsonArray(),
                    ["codeSet"] = new JsonArray(),
                    ["subVersion"] = 1,
                    ["expressionType"] = "TAG",
                    ["classFilterMode"] = false,
                }
        );
        var consumers = group is null
            ? []
            : new JsonArray(
                new JsonObject
                {
                    ["groupName"] = group,
                    ["consumeType"] = "CONSUME_PASSIVELY",
                    ["messageModel"] = "CLUSTERING",
                    ["consumeFromWhere"] = "CONSUME_FROM_FIRST_OFFSET",
                    ["unitMode"] = false,
                    ["subscriptionDataSet"] = new JsonArray([.. subscriptions]),
                }
            );
        return Bytes(
            new JsonObject
            {
                ["clientID"] = client,
                ["producerDataSet"] = new JsonArray(new JsonObject { ["groupName"] = "producers" }),
                ["consumerDataSet"] = consumers,
            }
        );
    }

    static byte[] Bytes(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
}
