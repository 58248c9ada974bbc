using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Operator.Plan.Diff;

/// <summary>
/// What others added to an object that the operator owns whole, as JSON pointers. A list's later items come first, so
/// that removing them in this order hits the right ones. Metadata and status are left to others.
/// </summary>
public static class ForeignFields
{
    static readonly string[] NotOurs = ["apiVersion", "kind", "metadata", "status"];

    /// <summary>Immutable, so nobody can add to them; the server fills them in.</summary>
    static readonly string[] Immutable = ["/spec/volumeClaimTemplates", "/spec/selector/matchLabels"];

    /// <summary>The pointers, with what is there.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(JsonObject desired, JsonObject live, string kind)
    {
        var found = new List<KeyValuePair<string, string>>();
        // Of an account, image pull secrets are others' and the tokens of older servers; a claim is its StatefulSet's.
        if (kind is V1ServiceAccount.KubeKind or V1PersistentVolumeClaim.KubeKind)
            return found;
        foreach (var (name, value) in live)
        {
            if (!NotOurs.Contains(name))
                Member(desired, name, value, $"/{Escaped(name)}", found);
        }
        return found;
    }

    /// <summary>The same for a part of an object, which is owned with everything in it.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(JsonObject desired, JsonObject live)
    {
        var found = new List<KeyValuePair<string, string>>();
        Walk(desired, live, "", found);
        return found;
    }

    static void Member(
        JsonObject desired,
        string name,
        JsonNode? value,
        string path,
        List<KeyValuePair<string, string>> found
    )
    {
        if (value is null || Immutable.Contains(path))
            return;
        if (desired[name] is { } wanted)
            Walk(wanted, value, path, found);
        else if (!JsonSubset.IsEmpty(value) && !ServerDefaults.Fills(desired, name, value))
            found.Add(KeyValuePair.Create(path, value.ToJsonString()));
    }

    static void Walk(JsonNode desired, JsonNode live, string path, List<KeyValuePair<string, string>> found)
    {
        switch (desired, live)
        {
            case (JsonObject map, JsonObject liveMap):
                foreach (var (name, value) in liveMap)
                    Member(map, name, value, $"{path}/{Escaped(name)}", found);
                break;
            case (JsonArray list, JsonArray liveList):
                Items(list, liveList, path, found);
                break;
            default:
                break; // a value is never partly ours
        }
    }

    static void Items(JsonArray desired, JsonArray live, string path, List<KeyValuePair<string, string>> found)
    {
        var key = desired.Count == 0 ? null : JsonSubset.KeyOf(desired);
        if (key is null && desired.Count > 0)
        {
            if (desired.Count == live.Count) // else the whole list differs, and is applied
            {
                for (var i = live.Count - 1; i >= 0; i--)
                    Walk(desired[i]!, live[i]!, $"{path}/{i}", found);
            }
            return;
        }
        var open = desired.ToList();
        var matches = new JsonNode?[live.Count];
        for (var i = 0; i < live.Count; i++)
        {
            var same = open.Where(d => JsonSubset.SameItem(d, live[i], key!)).ToList();
            matches[i] = same.FirstOrDefault(d => JsonSubset.Holds(d, live[i])) ?? same.FirstOrDefault();
            open.Remove(matches[i]);
        }
        for (var i = live.Count - 1; i >= 0; i--)
        {
            if (matches[i] is { } match)
                Walk(match, live[i]!, $"{path}/{i}", found);
            else
                found.Add(KeyValuePair.Create($"{path}/{i}", live[i]?.ToJsonString() ?? "null"));
        }
    }

    /// <summary>RFC 6901.</summary>
    static string Escaped(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
