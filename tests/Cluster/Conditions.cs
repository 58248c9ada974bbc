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
        try
        {
            await Eventually.TrueAsync($"{kind}/{name}: {type}={status} {reason}", MatchesAsync, limitSeconds: 60);
        }
        catch (Xunit.Sdk.XunitException late)
        {
            throw new TimeoutException($"{late.Message}; it is {condition?.ToJsonString() ?? "missing"}", late);
        }
        return (string)condition!["message"]!;

        async Task<bool> MatchesAsync()
        {
            condition = Find(await Kubectl.GetAsync(space, kind, name), type);
            return (string?)condition?["status"] == status
                && (reason.Length == 0 || (string?)condition["reason"] == reason);
        }
    }

    static JsonObject? Find(JsonObject? resource, string type) =>
        resource
            ?["status"]?["conditions"]?.AsArray()
            .Select(node => node!.AsObject())
            .FirstOrDefault(node => (string?)node["type"] == type);
}
