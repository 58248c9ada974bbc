using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Persistence;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Topics;

/// <summary>
/// All topics of the broker, kept in <c>config/topics.json</c> in Apache's format. Lookups take no lock and allocate
/// nothing; changes are written and synced before they are visible to anybody else.
/// </summary>
public sealed class TopicTable
{
    readonly ConcurrentDictionary<byte[], Topic> _topics = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], Topic>.AlternateLookup<ReadOnlySpan<byte>> _byUtf8;
    readonly Lock _changing = new();
    readonly BrokerOptions _options;
    readonly MessageStore _store;
    readonly StateFile _file;
    TopicConfigTable _body;

    /// <summary>Reads the topics of the store's folder and adds the system topics that are missing.</summary>
    /// <exception cref="ConfigException">topics.json and its backup are damaged.</exception>
    public TopicTable(BrokerOptions options, MessageStore store, TimeProvider time, RequestTurn? turn = null)
    {
        _options = options;
        _store = store;
        _file = new StateFile(store.Config, "topics.json", time, " to begin without topics.", turn: turn);
        _byUtf8 = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();
        _file.Load(Problem, Adopt);
        _body = BodyNow();
        TopicConfig[] missing = [.. SystemTopics.For(options).Where(t => !TryGet(t.TopicName, out _))];
        if (missing.Length > 0)
            SaveAndPut(missing);
    }

    /// <summary>Told after topics were created, changed or deleted, outside of every lock.</summary>
    public event Action? Changed;

    /// <summary>
    /// Told the name of a deleted topic, outside of every lock: whoever keeps something of it forgets that.
    /// </summary>
    public event Action<string>? Deleted;

    /// <summary>How many topics exist.</summary>
    public int Count => _topics.Count;

    /// <summary>Whether clients get no more topics by sending to them; administrators do.</summary>
    public bool IsFull => _topics.Count >= _options.AutoCreateTopicsMax;

    /// <summary>Every topic, at this moment.</summary>
    public IEnumerable<Topic> All => _topics.Select(pair => pair.Value);

    /// <summary>Version of the table's content; grows with each change.</summary>
    public DataVersion Version => _file.Version;

    /// <summary>Finds a topic by its name in UTF-8.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Topic? topic) =>
        _byUtf8.TryGetValue(name, out topic);

    /// <summary>Finds a topic by its name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Topic? topic) =>
        _topics.TryGetValue(Encoding.UTF8.GetBytes(name), out topic);

    /// <summary>
    /// The topic for a first send (protocol.md §4.5): after the example of <paramref name="defaultTopic"/>, with at
    /// most
    /// <paramref name="wantedQueues"/> queues. False when topics are not created on first use, not after that example,
    /// or there are too many.
    /// </summary>
    public bool TryCreateOnSend(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> defaultTopic,
        int wantedQueues,
        int sysFlag,
        [NotNullWhen(true)] out Topic? topic
    )
    {
        topic = null;
        if (IsFull || !TryGet(defaultTopic, out var example))
            return false;
        var permission = example.Permission;
        if (example.Name == TopicName.AutoCreate && !_options.AutoCreateTopicEnable)
            permission &= ~TopicPermission.Inherit;
        if ((permission & TopicPermission.Inherit) == 0)
            return false;
        var queues = Math.Max(0, Math.Min(wantedQueues, example.WriteQueues));
        topic = GetOrCreate(
            new TopicConfig
            {
                TopicName = Encoding.UTF8.GetString(name),
                ReadQueueNums = queues,
                WriteQueueNums = queues,
                Perm = (int)(permission & ~TopicPermission.Inherit),
                TopicSysFlag = sysFlag,
                TopicFilterType = example.Config.TopicFilterType,
                Attributes = SystemTopics.NoAttributes,
            }
        );
        return true;
    }

    /// <summary>The topic as it is, or created so. For the broker's own topics: retry, dead letters.</summary>
    public Topic GetOrCreate(TopicConfig config)
    {
        if (TryGet(config.TopicName, out var known))
            return known;
        Topic topic;
        using (_file.BeginChange())
        {
            lock (_changing)
            {
                if (TryGet(config.TopicName, out var existing))
                    return existing;
                SaveAndPut([config]);
                topic = Put(config);
            }
        }
        Changed?.Invoke();
        return topic;
    }

    /// <summary>Creates or replaces settings, several at once with one write.</summary>
    public void Update(IReadOnlyList<TopicConfig> configs)
    {
        using (_file.BeginChange())
        {
            lock (_changing)
                SaveAndPut(configs);
        }
        Changed?.Invoke();
    }

    /// <summary>
    /// Follows the order configuration of the name servers: its topics are ordered, others are not unless their
    /// message type says so.
    /// </summary>
    internal void FollowOrder(IReadOnlyDictionary<string, string> ordered)
    {
        TopicConfig[] changed =
        [
            .. All.Where(topic => topic.Config.Order != IsWanted(topic))
                .Select(topic => topic.Config with { Order = IsWanted(topic) }),
        ];
        if (changed.Length > 0)
            Update(changed);

        bool IsWanted(Topic topic) => ordered.ContainsKey(topic.Name) || (topic.IsFifo && topic.Config.Order);
    }

    /// <summary>Deletes a topic and what the store has of it. False when there is none.</summary>
    public bool Delete(string name)
    {
        using var change = _file.BeginChange();
        lock (_changing)
        {
            if (!TryGet(name, out _))
                return false;
            Save(_topics.Select(t => t.Value.Config).Where(t => t.TopicName != name));
            _topics.TryRemove(Encoding.UTF8.GetBytes(name), out _);
            Volatile.Write(ref _body, BodyNow());
            _store.DeleteTopic(name);
        }
        Deleted?.Invoke(name);
        Changed?.Invoke();
        return true;
    }

    /// <summary>
    /// What the broker permits of all topics has changed. Name servers take topics in only under a new version.
    /// </summary>
    internal void PermissionChanged()
    {
        using (_file.BeginChange())
        {
            lock (_changing)
            {
                _file.Renumber();
                Volatile.Write(ref _body, BodyNow());
            }
        }
        Changed?.Invoke();
    }

    /// <summary>
    /// The table as GET_ALL_TOPIC_CONFIG (21) and the registration send it. Does not wait for a change.
    /// </summary>
    public TopicConfigTable ToBody() => Volatile.Read(ref _body);

    TopicConfigTable BodyNow() => new(_file.Version, [.. _topics.Select(t => t.Value.Config)]);

    Topic Put(TopicConfig config)
    {
        if (TryGet(config.TopicName, out var existing))
        {
            existing.Config = config;
            return existing;
        }
        var topic = new Topic(config, _store.Topic(config.TopicName));
        _topics[topic.NameUtf8] = topic;
        return topic;
    }

    static string? Problem(FastJson json) => StateShape.TableProblem(json, "topicConfigTable", IsTopic);

    static bool IsTopic(FastJson value) =>
        StateShape.IsObject(value)
        && StateShape.IsWholeOrAbsent(value["readQueueNums"])
        && StateShape.IsWholeOrAbsent(value["writeQueueNums"])
        && StateShape.IsWholeOrAbsent(value["perm"]);

    void Adopt(FastJson json)
    {
        foreach (var config in TopicConfigTable.Read(json).Topics.Where(t => t.TopicName.Length > 0))
        {
            TopicAttributes.CheckAdopted(config);
            Put(config);
        }
    }

    /// <summary>
    /// First the file, then the table: a message must not be acknowledged in a topic that a crash would forget. The
    /// test
    /// of kills under load fails otherwise.
    /// </summary>
    void SaveAndPut(IReadOnlyList<TopicConfig> changed)
    {
        var names = changed.Select(t => t.TopicName).ToHashSet();
        Save(_topics.Select(t => t.Value.Config).Where(t => !names.Contains(t.TopicName)).Concat(changed));
        foreach (var config in changed)
            Put(config);
        Volatile.Write(ref _body, BodyNow());
    }

    void Save(IEnumerable<TopicConfig> topics) =>
        _file.Save(version => new TopicConfigTable(version, [.. topics]).ToJson(FastJsonStyle.Pretty));
}
