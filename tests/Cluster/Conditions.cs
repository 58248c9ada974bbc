using System.Text.Json.Nodes;
using Clients;

namespace Cluster;

/// <summary>Conditions of an object's status, by their types.</summary>
public static class Conditions
{
    /// <summary>Waits until a condition has this status and reason, and answers its message.</summary>
    public static async Task<string> UntilAsync(
        string space,
        string kind,
        string name,
        string type,
        string status,
        string reason = ""
    )
    {
        JsonObject? condition = null;
        await Eventually.TrueAsync(
            $"{kind}/{name}: {type}={status} {reason}, last seen: {condition?.ToJsonString()}",
            async () =>
            {
                condition = Find(await Kubectl.GetAsync(space, kind, name), type);
                return (string?)condition?["status"] == status
                    && (reason.Length == 0 || (string?)condition["reason"] == reason);
            },
            limitSeconds: 60
        );
        return (string)condition!["message"]!;
    }

    static JsonObject? Find(JsonObject? resource, string type) =>
        resource
            ?["status"]?["conditions"]?.AsArray()
            .Select(node => node!.AsObject())
            .FirstOrDefault(node => (string?)node["type"] == type);
}
