using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Operator.Control.Apply;

/// <summary>
/// Fields of a kind's status that the API server does not keep, because the definition in the cluster is older than
/// this program: a status that lacks nothing else is not sent again for ever. Any thread may call.
/// </summary>
sealed class DroppedFields(TimeProvider time)
{
    /// <summary>Then they are tried again: somebody may have applied newer definitions.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>When each was seen to be dropped, by path; as many as a schema has at the most.</summary>
    readonly ConcurrentDictionary<string, long> _paths = new();

    /// <summary>Whether an object that holds this would hold the same if it were sent what is wanted.</summary>
    public bool AreAllThatIsMissing(JsonNode wanted, JsonNode? held)
    {
        if (_paths.IsEmpty)
            return false;
        var kept = wanted.DeepClone();
        Remove(kept, "");
        return JsonNode.DeepEquals(kept, held);
    }

    /// <summary>Learns from what became of what was sent.</summary>
    public void Answered(JsonNode sent, JsonNode? kept) => Compare(sent, kept, "");

    void Compare(JsonNode? sent, JsonNode? kept, string path)
    {
        if (sent is JsonArray list && kept is JsonArray keptList)
        {
            foreach (var (item, keptItem) in list.Zip(keptList))
                Compare(item, keptItem, path + "/[]");
        }
        if (sent is not JsonObject map || kept is not JsonObject keptMap)
            return;
        foreach (var (name, value) in map)
        {
            var member = $"{path}/{name}";
            if (keptMap[name] is { } keptValue)
            {
                _paths.TryRemove(member, out _);
                Compare(value, keptValue, member);
            }
            else
            {
                _paths[member] = time.GetTimestamp();
            }
        }
    }

    void Remove(JsonNode? node, string path)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Remove(item, path + "/[]");
        }
        if (node is not JsonObject map)
            return;
        foreach (var name in map.Select(member => member.Key).ToArray())
        {
            var member = $"{path}/{name}";
            if (_paths.TryGetValue(member, out var at) && time.GetElapsedTime(at) < Remembered)
                map.Remove(name);
            else
                Remove(map[name], member);
        }
    }
}
