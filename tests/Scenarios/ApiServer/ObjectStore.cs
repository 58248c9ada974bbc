using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// The objects, their one counter of versions and a short memory of what happened: a watch that begins before it is
/// refused as too old, as by the real server. All access is under <see cref="Gate"/>.
/// </summary>
internal sealed class ObjectStore(int historyLength, TimeProvider time)
{
    /// <summary>
    /// By the name of the type: the definition of a custom resource may be replaced while objects exist.
    /// </summary>
    readonly Dictionary<string, SortedDictionary<ObjectName, StoredObject>> objects = [];
    readonly LinkedList<StoreEvent> history = [];
    long forgottenUpTo = 100;

    public Lock Gate { get; } = new();

    /// <summary>
    /// The version of the last change; begins above zero, since zero has a meaning of its own in watches.
    /// </summary>
    public long Version { get; private set; } = 100;

    public event Action<StoreEvent>? Happened;

    public StoredObject? Find(ResourceType type, ObjectName name) => Of(type).GetValueOrDefault(name);

    public StoredObject Get(ResourceType type, ObjectName name) =>
        Find(type, name) ?? throw ApiException.NotFound(type, name.Name);

    public StoredObject? FindByUid(string uid) =>
        objects.Values.SelectMany(o => o.Values).FirstOrDefault(o => o.Uid == uid);

    public IEnumerable<StoredObject> List(ResourceType type, string? @namespace) =>
        Of(type).Values.Where(o => string.IsNullOrEmpty(@namespace) || o.Name.Namespace == @namespace);

    public IEnumerable<StoredObject> All() => objects.Values.SelectMany(o => o.Values).ToList();

    /// <summary>Stores a new object or state and tells the watches.</summary>
    public StoredObject Put(ResourceType type, ObjectName name, JsonObject json)
    {
        var previous = Find(type, name);
        json["metadata"]!["resourceVersion"] = $"{++Version}";
        var stored = new StoredObject(type, name, json);
        Of(type)[name] = stored;
        Remember(new StoreEvent(Version, previous is null ? "ADDED" : "MODIFIED", stored, previous));
        return stored;
    }

    /// <summary>Removes an object; its last state carries the version of its deletion.</summary>
    public StoredObject Remove(StoredObject gone)
    {
        var json = gone.Copy();
        json["metadata"]!["resourceVersion"] = $"{++Version}";
        var last = new StoredObject(gone.Type, gone.Name, json);
        Of(gone.Type).Remove(gone.Name);
        Remember(new StoreEvent(Version, "DELETED", last, gone));
        return last;
    }

    /// <summary>What happened after a version.</summary>
    /// <exception cref="ApiException">410: it is longer ago than the memory reaches.</exception>
    public IEnumerable<StoreEvent> Since(long version)
    {
        if (version < forgottenUpTo)
            throw ApiException.Expired($"too old resource version: {version} ({forgottenUpTo})");
        return history.Where(e => e.Version > version).ToList();
    }

    /// <summary>
    /// Forgets everything that happened: each watch that begins at an older version is refused from now on.
    /// </summary>
    public void ForgetHistory()
    {
        history.Clear();
        // A watch may begin at the version of the last change, not before it.
        forgottenUpTo = Version;
    }

    public string Now() => time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    SortedDictionary<ObjectName, StoredObject> Of(ResourceType type)
    {
        if (!objects.TryGetValue(type.Name, out var known))
            objects[type.Name] = known = [];
        return known;
    }

    void Remember(StoreEvent happened)
    {
        history.AddLast(happened);
        if (history.Count > historyLength)
        {
            forgottenUpTo = history.First!.Value.Version;
            history.RemoveFirst();
        }
        Happened?.Invoke(happened);
    }
}
