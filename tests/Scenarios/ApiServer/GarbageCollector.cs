using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// Deletes objects with what they own. The real one works in the background; this one is done when the call is
/// answered, unless it is told to <see cref="Pause"/>.
/// </summary>
internal sealed class GarbageCollector(ObjectStore store)
{
    const string Foreground = "foregroundDeletion";

    bool paused;

    /// <summary>Leaves children alive from now on, as a collector that lags does.</summary>
    public void Pause() => paused = true;

    /// <summary>Deletes everything whose owners are all gone.</summary>
    public void Collect()
    {
        paused = false;
        bool found;
        do
        {
            found = false;
            foreach (var orphan in store.All().Where(IsOrphan).ToList())
            {
                found = true;
                Delete(orphan, "Background");
            }
        } while (found);
    }

    public StoredObject Delete(StoredObject live, string propagation)
    {
        if (propagation == "Orphan")
            Release(live);
        var dependents = Dependents(live.Uid).ToList();
        if (propagation == "Foreground" && dependents.Count > 0)
        {
            var marked = Mark(live, Foreground);
            foreach (var dependent in dependents)
                Delete(dependent, propagation);
            return Settle(marked);
        }
        if (live.Type.Name == "namespaces")
            return DeleteNamespace(live);
        return live.HasFinalizers ? Mark(live) : Finish(live);
    }

    /// <summary>Removes an object that nothing holds any more, then what it owned.</summary>
    public StoredObject Finish(StoredObject gone)
    {
        var last = store.Remove(gone);
        if (!paused)
        {
            foreach (var dependent in Dependents(gone.Uid).Where(IsOrphan).ToList())
                Delete(dependent, "Background");
        }
        foreach (var owner in Owners(gone).Select(store.FindByUid).OfType<StoredObject>().ToList())
            Settle(owner);
        return last;
    }

    StoredObject DeleteNamespace(StoredObject live)
    {
        var marked = Mark(live);
        foreach (var content in store.All().Where(o => o.Name.Namespace == live.Name.Name).ToList())
        {
            if (store.Find(content.Type, content.Name) is { } still)
                Delete(still, "Background");
        }
        return store.All().Any(o => o.Name.Namespace == live.Name.Name) ? marked : Finish(marked);
    }

    /// <summary>An owner that waits for its dependents goes when the last of them is gone.</summary>
    StoredObject Settle(StoredObject owner)
    {
        if (store.Find(owner.Type, owner.Name) is not { } live || live.Uid != owner.Uid)
            return owner;
        if (!live.IsBeingDeleted || Finalizers(live)?.Contains(Foreground) != true || Dependents(live.Uid).Any())
            return live;
        var json = live.Copy();
        var finalizers = (JsonArray)json["metadata"]!["finalizers"]!;
        finalizers.Remove(finalizers.First(f => (string?)f == Foreground));
        var stored = store.Put(live.Type, live.Name, json);
        return stored.HasFinalizers ? stored : Finish(stored);
    }

    StoredObject Mark(StoredObject live, string? finalizer = null)
    {
        var isHeld = finalizer is null || Finalizers(live)?.Contains(finalizer) == true;
        if (live.IsBeingDeleted && isHeld)
            return live;
        var json = live.Copy();
        var metadata = (JsonObject)json["metadata"]!;
        metadata["deletionTimestamp"] ??= store.Now();
        metadata["deletionGracePeriodSeconds"] ??= 0;
        if (!isHeld)
        {
            if (metadata["finalizers"] is not JsonArray finalizers)
                metadata["finalizers"] = finalizers = [];
            finalizers.Add(finalizer);
        }
        if (live.Type.HasGeneration)
            metadata["generation"] = ((long?)metadata["generation"] ?? 0) + 1;
        return store.Put(live.Type, live.Name, json);
    }

    void Release(StoredObject owner)
    {
        foreach (var dependent in Dependents(owner.Uid).ToList())
        {
            var json = dependent.Copy();
            var references = (JsonArray)json["metadata"]!["ownerReferences"]!;
            references.Remove(references.First(r => (string?)r!["uid"] == owner.Uid));
            if (references.Count == 0)
                ((JsonObject)json["metadata"]!).Remove("ownerReferences");
            store.Put(dependent.Type, dependent.Name, json);
        }
    }

    IEnumerable<StoredObject> Dependents(string uid) => store.All().Where(o => Owners(o).Contains(uid));

    bool IsOrphan(StoredObject candidate)
    {
        var owners = Owners(candidate).ToList();
        return owners.Count > 0
            && owners.TrueForAll(o => store.FindByUid(o) is null)
            && !candidate.IsBeingDeleted
            && store.Find(candidate.Type, candidate.Name)?.Uid == candidate.Uid;
    }

    static IEnumerable<string> Owners(StoredObject child) =>
        (child.Json["metadata"]?["ownerReferences"] as JsonArray ?? []).Select(r => (string)r!["uid"]!);

    static List<string>? Finalizers(StoredObject live) =>
        (live.Json["metadata"]?["finalizers"] as JsonArray)?.Select(f => (string)f!).ToList();
}
