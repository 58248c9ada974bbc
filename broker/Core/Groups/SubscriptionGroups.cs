using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Persistence;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Groups;

/// <summary>
/// All consumer groups of the broker, kept in <c>config/subscriptionGroup.json</c> in Apache's format. Lookups take no
/// lock and
/// allocate nothing; changes are written and synced before they are visible to anybody else.
/// </summary>
public sealed partial class SubscriptionGroups
{
    /// <summary>
    /// Groups come into being by heartbeats, so anybody can make them. 20,000 is far beyond the largest catalogue; the
    /// file is then 8 MB.
    /// </summary>
    const int GroupsMax = 20_000;

    readonly ConcurrentDictionary<byte[], SubscriptionGroup> _groups = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], SubscriptionGroup>.AlternateLookup<ReadOnlySpan<byte>> _byUtf8;
    readonly Lock _changing = new();
    readonly BrokerOptions _options;
    readonly StateFile _file;
    SubscriptionGroupTable _body;

    /// <summary>Reads the groups of the folder and adds the built-in ones that are missing.</summary>
    /// <exception cref="ConfigException">subscriptionGroup.json and its backup are damaged.</exception>
    public SubscriptionGroups(BrokerOptions options, ConfigFolder files, TimeProvider time, RequestTurn? turn = null)
    {
        _options = options;
        _file = new StateFile(files, "subscriptionGroup.json", time, " to begin without groups.", turn: turn);
        _byUtf8 = _groups.GetAlternateLookup<ReadOnlySpan<byte>>();
        _file.Load(Problem, Adopt);
        _body = BodyNow();
        SubscriptionGroupConfig[] missing =
        [
            .. GroupName
                .BuiltIn.Where(name => !_groups.ContainsKey(Encoding.UTF8.GetBytes(name)))
                .Select(name => new SubscriptionGroupConfig
                {
                    GroupName = name,
                    ConsumeBroadcastEnable = GroupName.Broadcasting.Contains(name, StringComparer.Ordinal),
                }),
        ];
        if (missing.Length > 0)
            SaveAndPut(missing);
    }

    /// <summary>
    /// Told the name of a deleted group, outside of every lock: whoever keeps something of it forgets that.
    /// </summary>
    public event Action<string>? Deleted;

    /// <summary>How many groups exist.</summary>
    public int Count => _groups.Count;

    /// <summary>Every group, at this moment.</summary>
    public IEnumerable<SubscriptionGroup> All => _groups.Select(pair => pair.Value);

    /// <summary>Finds a group by its name in UTF-8.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out SubscriptionGroup? group) =>
        _byUtf8.TryGetValue(name, out group);

    /// <summary>
    /// The group, created with the defaults if the options or its name allow that (protocol.md §4.1). False when it
    /// does not exist
    /// and must not, or cannot, be made.
    /// </summary>
    public bool TryGetOrCreate(ReadOnlySpan<byte> name, [NotNullWhen(true)] out SubscriptionGroup? group)
    {
        if (TryGet(name, out group))
            return true;
        if (!_options.AutoCreateSubscriptionGroup && !GroupName.IsSystem(name))
            return false;
        if (NameRules.GroupProblem(name) is not null)
            return false;
        using var change = _file.BeginChange();
        lock (_changing)
        {
            if (TryGet(name, out group))
                return true;
            if (_groups.Count >= GroupsMax)
                return false;
            var config = new SubscriptionGroupConfig { GroupName = Encoding.UTF8.GetString(name) };
            try
            {
                SaveAndPut([config]);
            }
            catch (IOException)
            {
                // A full disk keeps nobody from reading. It is all defaults: were it forgotten, the next request of a
                // member would make the same again.
                _file.Touch();
            }
            group = Put(config);
            Volatile.Write(ref _body, BodyNow());
            return true;
        }
    }

    /// <summary>Creates or replaces settings, several at once with one write.</summary>
    public void Update(IReadOnlyList<SubscriptionGroupConfig> configs)
    {
        using var change = _file.BeginChange();
        lock (_changing)
        {
            SaveAndPut([.. configs.Select(config => config with { Attributes = AttributesAfter(config) })]);
        }
    }

    /// <summary>Deletes a group. False when there is none.</summary>
    public bool Delete(string name)
    {
        using var change = _file.BeginChange();
        lock (_changing)
        {
            if (!TryGet(Encoding.UTF8.GetBytes(name), out var group))
                return false;
            var forbidden = WithoutGroup(name);
            Save(Configs.Where(config => config.GroupName != name), forbidden);
            _forbidden = forbidden;
            _groups.TryRemove(group.NameUtf8, out _);
            Volatile.Write(ref _body, BodyNow());
        }
        Deleted?.Invoke(name);
        return true;
    }

    /// <summary>Takes consumption away from a group until an administrator allows it again.</summary>
    /// <param name="group">The group.</param>
    /// <param name="reason">Why, for its consumers to read; not kept over a restart.</param>
    public void DisableConsumption(SubscriptionGroup group, string reason)
    {
        using var change = _file.BeginChange();
        lock (_changing)
        {
            SaveAndPut([group.Config with { ConsumeEnable = false }]);
            group.DisabledBecause = reason;
        }
    }

    /// <summary>Writes the groups that could not be written when they were made.</summary>
    /// <exception cref="IOException">They are written with the next call.</exception>
    public void Persist()
    {
        lock (_changing)
        {
            _file.Persist(version => Content(version, Configs, _forbidden));
            Volatile.Write(ref _body, BodyNow());
        }
    }

    /// <summary>The table as GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201) sends it. Does not wait for a change.</summary>
    public SubscriptionGroupTable ToBody() => Volatile.Read(ref _body);

    SubscriptionGroupTable BodyNow() => new(_file.Version, [.. Configs], _forbidden);

    /// <summary>
    /// Attributes come as changes: <c>+name</c> sets and <c>-name</c> takes away; others stay as they are.
    /// </summary>
    IReadOnlyDictionary<string, string>? AttributesAfter(SubscriptionGroupConfig config)
    {
        var known = TryGet(Encoding.UTF8.GetBytes(config.GroupName), out var group) ? group.Config.Attributes : null;
        if (config.Attributes is not { Count: > 0 } changes)
            return known;
        var after = new Dictionary<string, string>(known ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (name.StartsWith('-'))
                after.Remove(name[1..]);
            else
                after[name.TrimStart('+')] = value;
        }
        return after;
    }

    IEnumerable<SubscriptionGroupConfig> Configs => _groups.Select(pair => pair.Value.Config);

    SubscriptionGroup Put(SubscriptionGroupConfig config)
    {
        if (TryGet(Encoding.UTF8.GetBytes(config.GroupName), out var existing))
        {
            existing.Config = config;
            existing.DisabledBecause = null;
            return existing;
        }
        var group = new SubscriptionGroup(config);
        _groups[group.NameUtf8] = group;
        return group;
    }

    static string? Problem(FastJson json) =>
        StateShape.TableProblem(json, "subscriptionGroupTable", StateShape.IsObject)
        ?? (
            json["forbiddenTable"].HasValue
                ? StateShape.TableProblem(json, "forbiddenTable", StateShape.IsObject)
                : null
        );

    void Adopt(FastJson json)
    {
        var table = SubscriptionGroupTable.Read(json);
        _forbidden = table.Forbidden;
        foreach (var config in table.Groups.Where(group => group.GroupName.Length > 0))
            Put(config);
    }

    /// <summary>First the file, then the table: nobody acts on settings that a crash would forget.</summary>
    void SaveAndPut(IReadOnlyList<SubscriptionGroupConfig> changed)
    {
        var names = changed.Select(config => config.GroupName).ToHashSet();
        Save(Configs.Where(config => !names.Contains(config.GroupName)).Concat(changed), _forbidden);
        foreach (var config in changed)
            Put(config);
        Volatile.Write(ref _body, BodyNow());
    }

    void Save(
        IEnumerable<SubscriptionGroupConfig> groups,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> forbidden
    ) => _file.Save(version => Content(version, groups, forbidden));

    static byte[] Content(
        DataVersion version,
        IEnumerable<SubscriptionGroupConfig> groups,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> forbidden
    ) => new SubscriptionGroupTable(version, [.. groups], forbidden).ToJson(FastJsonStyle.Pretty);
}
