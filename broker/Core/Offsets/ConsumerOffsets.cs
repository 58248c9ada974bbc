using System.Collections.Concurrent;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Persistence;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Store;

namespace Broker.Core.Offsets;

/// <summary>
/// How far every group is in every queue (protocol.md §4.4), kept in <c>config/consumerOffset.json</c> in Apache's
/// format.
/// Reading and committing take no string and allocate nothing once a group is known for a topic.
/// </summary>
public sealed partial class ConsumerOffsets
{
    /// <summary>Separates topic and group in the keys of the file; neither may contain it.</summary>
    const byte Separator = (byte)'@';

    /// <summary>
    /// A topic of 255 bytes, the separator, and a group of 255: names that a lookup need not copy to the heap.
    /// </summary>
    const int KeyMax = 512;

    /// <summary>Pairs of topic and group; clients make them. 500,000 at some 300 bytes are 150 MB.</summary>
    const int PairsMax = 500_000;

    readonly ConcurrentDictionary<byte[], QueueOffsets> _pairs = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], QueueOffsets>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    readonly StateFile _file;

    /// <summary>Reads the offsets of the folder.</summary>
    /// <param name="files">Where the file is.</param>
    /// <param name="time">Stamps its versions.</param>
    /// <param name="sync">
    /// Makes the log durable: no offset may be on disk whose messages are not, or groups skip those that come instead.
    /// </param>
    /// <exception cref="ConfigException">consumerOffset.json and its backup are damaged.</exception>
    public ConsumerOffsets(ConfigFolder files, TimeProvider time, Action sync)
    {
        _file = new StateFile(files, "consumerOffset.json", time, ": every group then starts as a new one does.", sync);
        _byKey = _pairs.GetAlternateLookup<ReadOnlySpan<byte>>();
        _file.Load(Problem, Adopt);
    }

    /// <summary>How many pairs of topic and group are known.</summary>
    public int Count => _pairs.Count;

    /// <summary>The committed offset, -1 when there is none.</summary>
    public long Query(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId) =>
        Find(group, topic)?.Get(queueId) ?? QueueOffsets.None;

    /// <summary>Keeps an offset; it is on disk with the next <see cref="Persist"/>.</summary>
    /// <returns>False for a queue number or a name that cannot be, or when there are too many pairs.</returns>
    public bool Commit(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId, long offset)
    {
        Span<byte> key = stackalloc byte[KeyMax];
        if (offset < 0 || (uint)queueId >= QueueOffsets.QueuesMax || !TryKey(group, topic, ref key))
            return false;
        if (!_byKey.TryGetValue(key, out var pair) && !TryAdd(group, topic, key, out pair))
            return false;
        if (pair.Set(queueId, offset))
            _file.Touch();
        return true;
    }

    /// <summary>Topics that a group has offsets of.</summary>
    public IReadOnlyList<string> TopicsOf(string group) =>
        [.. _pairs.Where(pair => pair.Value.Group == group).Select(pair => pair.Value.Topic)];

    /// <summary>Groups that have offsets of a topic.</summary>
    public IReadOnlyList<string> GroupsOf(string topic) =>
        [.. _pairs.Where(pair => pair.Value.Topic == topic).Select(pair => pair.Value.Group)];

    /// <summary>Every pair of topic and group with the offsets by queue, at this moment.</summary>
    public IEnumerable<(string Topic, string Group, IReadOnlyList<KeyValuePair<int, long>> Offsets)> All() =>
        _pairs.Select(pair => (pair.Value.Topic, pair.Value.Group, pair.Value.Entries()));

    /// <summary>
    /// Moves offsets back that lie beyond the ends of their queues, and forgets those of queues that do not exist: a
    /// group that stands there would skip the next messages.
    /// </summary>
    /// <param name="endOf">The end of a queue of a topic, -1 when it does not exist.</param>
    /// <param name="limited">Told topic, group and the number of queues that changed.</param>
    internal void Limit(Func<string, int, long> endOf, Action<string, string, int> limited)
    {
        foreach (var (_, pair) in _pairs)
        {
            var changed = pair.Entries().Count(entry => pair.Limit(entry.Key, endOf(pair.Topic, entry.Key)));
            if (changed == 0)
                continue;
            _file.Touch();
            limited(pair.Topic, pair.Group, changed);
        }
    }

    /// <summary>Forgets a group.</summary>
    public void RemoveGroup(string group) => RemoveWhere(pair => pair.Group == group);

    /// <summary>Forgets a topic.</summary>
    public void RemoveTopic(string topic) => RemoveWhere(pair => pair.Topic == topic);

    /// <summary>Writes the file if anything changed since the last time; durable when the call returns.</summary>
    public void Persist() => _file.Persist(version => ToJson(FastJsonStyle.Pretty, version));

    /// <summary>The body of code 43.</summary>
    public byte[] ToBody() => ToJson(FastJsonStyle.Compact, _file.Version);

    byte[] ToJson(FastJsonStyle style, DataVersion version)
    {
        var json = new FastJsonWriter(style);
        version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("offsetTable").BeginObject();
        foreach (var (topic, group, offsets) in All())
        {
            json.Name($"{topic}@{group}").BeginObject();
            foreach (var (queueId, offset) in offsets)
                json.Name(queueId).Value(offset);
            json.EndObject();
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }

    bool TryAdd(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> key, out QueueOffsets pair)
    {
        pair = new QueueOffsets(Encoding.UTF8.GetString(topic), Encoding.UTF8.GetString(group));
        if (_pairs.Count >= PairsMax)
            return false;
        pair = _pairs.GetOrAdd(key.ToArray(), pair);
        return true;
    }

    static bool TryKey(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, ref Span<byte> key)
    {
        var length = topic.Length + 1 + group.Length;
        if (length > key.Length || topic.IsEmpty || group.IsEmpty)
            return false;
        topic.CopyTo(key);
        key[topic.Length] = Separator;
        group.CopyTo(key[(topic.Length + 1)..]);
        key = key[..length];
        return true;
    }

    void RemoveWhere(Predicate<QueueOffsets> condition)
    {
        foreach (var (key, pair) in _pairs)
        {
            if (!condition(pair) || !_pairs.TryRemove(key, out _))
                continue;
            Interlocked.Add(ref _resets, -pair.ResetCount);
            _file.Touch();
        }
    }

    static string? Problem(FastJson json) => StateShape.TableProblem(json, "offsetTable", StateShape.IsNumbers);

    void Adopt(FastJson json)
    {
        foreach (var (key, queues) in json["offsetTable"].Members)
        {
            var name = key.AsText("");
            var at = name.IndexOf((char)Separator);
            if (at <= 0 || at == name.Length - 1)
                continue;
            var topic = Encoding.UTF8.GetBytes(name[..at]);
            var group = Encoding.UTF8.GetBytes(name[(at + 1)..]);
            foreach (var (queueId, offset) in queues.Members)
                Commit(group, topic, queueId.AsInt(-1), offset.AsLong(-1));
        }
    }
}
