using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Microsoft.Extensions.Logging;

namespace Broker.NameServer.KeyValues;

/// <summary>
/// Text by namespace and key, the only thing that a name server keeps (codes 100 to 102 and 219). A change is on disk
/// before it is answered.
/// </summary>
public sealed class KeyValueTable
{
    /// <summary>The namespace of the queue counts of ordered topics.</summary>
    public const string OrderTopics = "ORDER_TOPIC_CONFIG";

    /// <summary>
    /// Entries at most: one per ordered topic of the largest catalogue. The file is written whole at every change.
    /// </summary>
    const int MaxEntries = 10_000;

    readonly Lock sync = new();
    readonly SortedDictionary<string, SortedDictionary<string, string>> table = new(StringComparer.Ordinal);
    readonly KeyValueFile? file;
    readonly ILogger logger;
    long version;

    /// <param name="path">Where the table is kept; null for memory only.</param>
    /// <param name="logger">Events 4005 and 4006.</param>
    public KeyValueTable(string? path, ILogger logger)
    {
        this.logger = logger;
        file = path is null ? null : new KeyValueFile(path);
        Load();
    }

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>The value, null when there is none.</summary>
    public string? Get(string space, string key)
    {
        lock (sync)
            return table.TryGetValue(space, out var entries) ? entries.GetValueOrDefault(key) : null;
    }

    /// <summary>All entries of a namespace, null when it has none.</summary>
    public IReadOnlyDictionary<string, string>? List(string space)
    {
        lock (sync)
            return table.TryGetValue(space, out var entries) ? new Dictionary<string, string>(entries) : null;
    }

    /// <summary>Sets a value. Refused with code 1 when the table is full or the file cannot be written.</summary>
    public void Put(string space, string key, string value)
    {
        lock (sync)
        {
            if (table.Values.Sum(entries => entries.Count) >= MaxEntries)
                throw new RefusedException(ResponseCode.SystemError, $"the table holds {MaxEntries} entries already");
            if (!table.TryGetValue(space, out var target))
                table.Add(space, target = new SortedDictionary<string, string>(StringComparer.Ordinal));
            target[key] = value;
            SaveLocked();
        }
    }

    /// <summary>Removes a value; nothing happens when there is none.</summary>
    public void Delete(string space, string key)
    {
        lock (sync)
        {
            if (!table.TryGetValue(space, out var entries) || !entries.Remove(key))
                return;
            if (entries.Count == 0)
                table.Remove(space);
            SaveLocked();
        }
    }

    void SaveLocked()
    {
        version++;
        if (file is null)
            return;
        var json = new FastJsonWriter(FastJsonStyle.Pretty);
        json.BeginObject().Name("configTable").BeginObject();
        foreach (var (space, entries) in table)
            TextMap.Write(json.Name(space), entries);
        json.EndObject().EndObject();
        try
        {
            file.Write(json.Written);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            NameServerLog.KvNotWritten(logger, failure, file.Path);
            throw new RefusedException(ResponseCode.SystemError, "the change is not durable: " + failure.Message);
        }
    }

    void Load()
    {
        if (file?.Read() is not { } content)
            return;
        if (Problem(content, out var json) is { } problem)
        {
            NameServerLog.KvDamaged(logger, file.Path, problem);
            file.SetAside();
            return;
        }
        foreach (var (space, entries) in json!["configTable"].Members)
        {
            if (TextMap.Read(entries) is { Count: > 0 } map)
                table[space.AsText("")] = new SortedDictionary<string, string>(
                    map.ToDictionary(),
                    StringComparer.Ordinal
                );
        }
    }

    /// <summary>Null, or why the content is not a table.</summary>
    static string? Problem(byte[] content, out FastJson? json)
    {
        if (!FastJson.TryParse(content, out json, out var problem))
            return problem;
        var spaces = json["configTable"];
        if (spaces.Kind != FastJsonKind.Object)
            return "configTable is not an object";
        return spaces.Members.Any(space => space.Value.Kind != FastJsonKind.Object)
            ? "a namespace of configTable is not an object"
            : null;
    }
}
