using System.Collections.Immutable;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Microsoft.Extensions.Logging;
using Entries = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;
using Spaces = System.Collections.Immutable.ImmutableSortedDictionary<
    string,
    System.Collections.Immutable.ImmutableSortedDictionary<string, string>
>;

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

    /// <summary>Held over the write of a change.</summary>
    readonly Lock changing = new();
    readonly KeyValueFile? file;
    readonly ILogger logger;
    readonly RequestTurn? turn;

    /// <summary>Replaced as a whole: routes and registrations read it, and must not wait for a disk.</summary>
    volatile Spaces table = Spaces.Empty.WithComparers(StringComparer.Ordinal);
    long version;

    /// <param name="path">Where the table is kept; null for memory only.</param>
    /// <param name="logger">Events 4005 and 4006.</param>
    /// <param name="turn">Whose turn it is to change the file; null where no requests do.</param>
    public KeyValueTable(string? path, ILogger logger, RequestTurn? turn = null)
    {
        this.logger = logger;
        this.turn = turn;
        file = path is null ? null : new KeyValueFile(path);
        Load();
    }

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>The value, null when there is none.</summary>
    public string? Get(string space, string key) =>
        table.TryGetValue(space, out var entries) ? entries.GetValueOrDefault(key) : null;

    /// <summary>All entries of a namespace, null when it has none.</summary>
    public IReadOnlyDictionary<string, string>? List(string space) => table.GetValueOrDefault(space);

    /// <summary>
    /// Sets a value. Refused with code 1, and nothing changed, when the table is full or the file cannot be written.
    /// </summary>
    public void Put(string space, string key, string value)
    {
        using var change = turn?.Take() ?? default;
        lock (changing)
        {
            if (table.Values.Sum(entries => entries.Count) >= MaxEntries)
                throw new RefusedException(ResponseCode.SystemError, $"the table holds {MaxEntries} entries already");
            var entries = table.GetValueOrDefault(space) ?? Entries.Empty.WithComparers(StringComparer.Ordinal);
            Save(table.SetItem(space, entries.SetItem(key, value)));
        }
    }

    /// <summary>Removes a value; nothing happens when there is none.</summary>
    public void Delete(string space, string key)
    {
        using var change = turn?.Take() ?? default;
        lock (changing)
        {
            if (!table.TryGetValue(space, out var entries) || !entries.ContainsKey(key))
                return;
            var left = entries.Remove(key);
            Save(left.IsEmpty ? table.Remove(space) : table.SetItem(space, left));
        }
    }

    /// <summary>First the file, then the table.</summary>
    void Save(Spaces changed)
    {
        if (file is not null)
            Write(file, changed);
        table = changed;
        Interlocked.Increment(ref version);
    }

    void Write(KeyValueFile target, Spaces content)
    {
        var json = new FastJsonWriter(FastJsonStyle.Pretty);
        json.BeginObject().Name("configTable").BeginObject();
        foreach (var (space, entries) in content)
            TextMap.Write(json.Name(space), entries);
        json.EndObject().EndObject();
        try
        {
            target.Write(json.Written);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            NameServerLog.KvNotWritten(logger, failure, target.Path);
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
                table = table.SetItem(space.AsText(""), map.ToImmutableSortedDictionary(StringComparer.Ordinal));
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
