using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// Server-side apply: the applier owns what it sends, loses what it no longer sends, and meets a conflict where
/// somebody else owns a field with another value. Good enough to find a controller that fights, forgets or forces
/// by accident.
/// </summary>
internal static class ServerSideApply
{
    /// <param name="live">Null when the object is made by this apply.</param>
    /// <param name="applied">What was sent; its managedFields must be absent.</param>
    /// <returns>The new state, with its owners written into it.</returns>
    /// <exception cref="ApiException">409 with one cause for each field in conflict.</exception>
    public static JsonObject Apply(
        ResourceType type,
        JsonObject? live,
        JsonObject applied,
        ManagedFields.Manager manager,
        bool force,
        string now
    )
    {
        if (applied["metadata"]?["managedFields"] is JsonArray { Count: > 0 })
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        var owners = new ManagedFields(live);
        var wanted = FieldSet.LeavesOf(applied, type.Merging);
        var present = live is null ? [] : FieldSet.LeavesOf(live, type.Merging);
        Resolve(owners, wanted, present, manager, type.ApiVersion, force);

        var result = live is null ? Bare(applied) : (JsonObject)live.DeepClone();
        var before = owners.Of(manager);
        var mine = new FieldSet(wanted.Keys);
        Merge(result, applied, [], type.Merging);
        var others = owners.All.Where(o => o.Manager != manager).Select(o => o.Fields).ToList();
        foreach (var gone in before.Except(wanted.Keys).Paths) // a whole item before its fields
        {
            if (!others.Exists(o => o.ContainsBelow(gone)) && !mine.ContainsBelow(gone))
                FieldRemoval.Remove(result, gone, type.Merging);
        }
        owners.Set(manager, mine, type.ApiVersion, now);
        owners.WriteTo(result);
        return result;
    }

    /// <summary>
    /// Who owns what after a write that was no apply: the writer gets what it changed, others lose it.
    /// </summary>
    public static void TrackUpdate(
        ResourceType type,
        JsonObject? live,
        JsonObject result,
        ManagedFields.Manager manager,
        string now
    )
    {
        var owners = new ManagedFields(live);
        var before = live is null ? [] : FieldSet.LeavesOf(live, type.Merging);
        var after = FieldSet.LeavesOf(result, type.Merging);
        var changed = after
            .Where(a => !before.TryGetValue(a.Key, out var old) || !JsonNode.DeepEquals(old, a.Value))
            .Select(a => a.Key)
            .ToList();
        var gone = before.Keys.Where(b => !after.ContainsKey(b)).ToList();
        // An item of a list that still exists was not taken over by a change inside it.
        owners.TakeFrom(m => m != manager, [.. changed.Where(before.ContainsKey), .. gone]);
        owners.Set(manager, owners.Of(manager).Except(gone).Union(new FieldSet(changed)), type.ApiVersion, now);
        owners.WriteTo(result);
    }

    static void Resolve(
        ManagedFields owners,
        Dictionary<string, JsonNode?> wanted,
        Dictionary<string, JsonNode?> present,
        ManagedFields.Manager manager,
        string apiVersion,
        bool force
    )
    {
        var contested = wanted
            .Where(w => present.TryGetValue(w.Key, out var value) && !JsonNode.DeepEquals(value, w.Value))
            .Select(w => w.Key)
            .ToList();
        if (force)
        {
            owners.TakeFrom(m => m != manager, contested);
            return;
        }
        var conflicts = new List<(string Reason, string Field, string Message)>();
        foreach (var (other, fields) in owners.All.Where(o => o.Manager != manager))
        {
            foreach (var path in contested.Where(fields.Contains))
                conflicts.Add(
                    (
                        "FieldManagerConflict",
                        FieldSet.Readable(path),
                        $"conflict with \"{other.Name}\"{(other.Operation == "Apply" ? "" : $" using {apiVersion}")}"
                    )
                );
        }
        if (conflicts.Count == 0)
            return;
        var many = conflicts.Count == 1 ? "1 conflict" : $"{conflicts.Count} conflicts";
        throw new ApiException(
            409,
            "Conflict",
            $"Apply failed with {many}: {string.Join(", ", conflicts.Select(c => $"{c.Message}: {c.Field}"))}"
        )
        {
            Causes = conflicts,
        };
    }

    static JsonObject Bare(JsonObject applied)
    {
        var metadata = new JsonObject();
        foreach (var name in (string[])["name", "namespace"])
        {
            if (applied["metadata"]?[name] is { } value)
                metadata[name] = value.DeepClone();
        }
        return new JsonObject
        {
            ["apiVersion"] = applied["apiVersion"]?.DeepClone(),
            ["kind"] = applied["kind"]?.DeepClone(),
            ["metadata"] = metadata,
        };
    }

    static void Merge(JsonObject target, JsonObject source, List<string> path, MergeRules rules)
    {
        foreach (var (name, value) in source)
        {
            List<string> here = [.. path, name];
            if (
                here
                is [
                    "metadata",
                    "resourceVersion"
                    or "uid"
                    or "generation"
                    or "creationTimestamp"
                    or "deletionTimestamp"
                    or "managedFields",
                ]
            )
                continue;
            switch (value)
            {
                case JsonObject map when target[name] is JsonObject existing && !rules.IsAtomicMap(here):
                    Merge(existing, map, here, rules);
                    break;
                case JsonArray list when target[name] is JsonArray existing && !rules.ListAt(here).IsAtomic:
                    MergeItems(existing, list, here, rules);
                    break;
                default:
                    target[name] = value?.DeepClone();
                    break;
            }
        }
    }

    static void MergeItems(JsonArray target, JsonArray source, List<string> path, MergeRules rules)
    {
        var rule = rules.ListAt(path);
        foreach (var item in source)
        {
            var element = rule.ElementOf(item);
            var existing = target.FirstOrDefault(t => rule.ElementOf(t) == element);
            if (existing is JsonObject fields && item is JsonObject wanted)
                Merge(fields, wanted, path, rules);
            else if (existing is null)
                target.Add(item?.DeepClone());
        }
    }
}
