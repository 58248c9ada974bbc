using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Protocol.Bodies;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Filter;

/// <summary>
/// The expressions of groups that filter by more than tags, as their heartbeats say them (protocol.md §4.12), kept in
/// <c>config/consumerFilter.json</c>. Pulls look up by topic and group without a lock.
/// </summary>
public sealed class ConsumerFilters
{
    /// <summary>
    /// Clients make them. Far more than groups that use expressions; with expressions of a usual 200 bytes some 10 MB.
    /// </summary>
    const int CountMax = 10_000;

    /// <summary>One that nobody wants any more is kept as long as with Apache: a group may come back.</summary>
    const long KeptMs = 24 * 3_600_000;

    readonly ConcurrentDictionary<byte[], ConcurrentDictionary<byte[], ConsumerFilter>> _groups = new(
        Utf8Comparer.Instance
    );
    readonly Lock _changing = new();
    readonly ConsumerFilterFile _file;
    readonly MessageFilters _filters;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    int _count;

    /// <summary>Reads the filters of the folder; their groups are not there yet.</summary>
    /// <exception cref="Configuration.ConfigException">The file and its backup are damaged.</exception>
    public ConsumerFilters(ConfigFolder files, MessageFilters filters, TimeProvider time, ILogger logger)
    {
        _file = new ConsumerFilterFile(files, time);
        _filters = filters;
        _time = time;
        _logger = logger;
        var now = NowMs();
        foreach (var known in _file.Read())
        {
            var deadTime = known.DeadTime == 0 ? now : known.DeadTime;
            Put(Encoding.UTF8.GetBytes(known.Group), Compiled(known) with { DeadTime = deadTime });
        }
    }

    /// <summary>How many are known.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Every filter, at this moment.</summary>
    public IEnumerable<ConsumerFilter> All => _groups.SelectMany(group => group.Value).Select(pair => pair.Value);

    /// <summary>What a group wants of a topic; false when it said nothing, or only tags.</summary>
    public bool TryGet(
        ReadOnlySpan<byte> group,
        ReadOnlySpan<byte> topic,
        [NotNullWhen(true)] out ConsumerFilter? filter
    )
    {
        filter = null;
        return _groups.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(group, out var topics)
            && topics.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(topic, out filter);
    }

    /// <summary>
    /// Takes in what a heartbeat says of a group, all its topics: what it does not name is not wanted any more.
    /// </summary>
    internal void Heard(string group, IReadOnlyList<SubscriptionData> wanted)
    {
        var name = Encoding.UTF8.GetBytes(group);
        var isKnown = _groups.TryGetValue(name, out var topics);
        if (!isKnown && wanted.All(data => IsTags(data)))
            return;
        lock (_changing)
        {
            foreach (var data in wanted.Where(data => !IsTags(data) && data.SubString.Length > 0))
                Heard(group, name, data);
            foreach (var (_, known) in topics ?? [])
            {
                if (known.DeadTime == 0 && wanted.All(data => data.Topic != known.Topic))
                    Put(name, known with { DeadTime = NowMs() });
            }
        }
    }

    /// <summary>A group has no members any more.</summary>
    internal void Left(string group) => Heard(group, []);

    /// <summary>A topic was deleted. Returns the groups that must say again what they want of the next one.</summary>
    internal IReadOnlyList<string> RemoveTopic(string topic) => RemoveWhere(filter => filter.Topic == topic);

    /// <summary>A group was deleted. Returns it if it must say again what it wants.</summary>
    internal IReadOnlyList<string> RemoveGroup(string group) => RemoveWhere(filter => filter.Group == group);

    /// <summary>Forgets what nobody has wanted for a day, and writes the file if anything changed.</summary>
    internal void Persist()
    {
        lock (_changing)
        {
            var old = NowMs() - KeptMs;
            RemoveWhereLocked(one => one.DeadTime != 0 && one.DeadTime < old);
        }
        // Not under the lock: heartbeats must not wait for the disk.
        _file.Persist(() => All.Where(one => one.Filter is not null));
    }

    void Heard(string group, byte[] name, SubscriptionData data)
    {
        TryGet(name, Encoding.UTF8.GetBytes(data.Topic), out var known);
        if (known is not null && data.SubVersion <= known.ClientVersion)
        {
            if (data.SubVersion == known.ClientVersion && known.DeadTime != 0)
                Put(name, known with { DeadTime = 0 });
            return;
        }
        if (known?.Expression == data.SubString && known.ExpressionType == data.ExpressionType)
        {
            Put(name, known with { ClientVersion = data.SubVersion, DeadTime = 0 });
            return;
        }
        if (known is null && _count >= CountMax)
        {
            FilterLog.TooMany(_logger, group, data.Topic, CountMax);
            return;
        }
        var heard = Compiled(
            new ConsumerFilter
            {
                Topic = data.Topic,
                Group = group,
                Expression = data.SubString,
                ExpressionType = data.ExpressionType,
                ClientVersion = data.SubVersion,
                BornTime = NowMs(),
            }
        );
        Put(name, heard);
        if (heard.Problem is not null)
            FilterLog.Wrong(_logger, group, data.Topic, heard.Problem);
        else if (heard.Filter is Sql.SqlFilter { IgnoredFrom: >= 0 and var from })
            FilterLog.Ignored(_logger, group, data.Topic, from, Encoding.UTF8.GetByteCount(data.SubString));
    }

    ConsumerFilter Compiled(ConsumerFilter filter) =>
        _filters.TryGet(
            Encoding.UTF8.GetBytes(filter.ExpressionType),
            Encoding.UTF8.GetBytes(filter.Expression),
            out var compiled,
            out var problem
        )
            ? filter with
            {
                Filter = compiled,
            }
            : filter with
            {
                Problem = problem,
            };

    void Put(byte[] group, ConsumerFilter filter)
    {
        var topics = _groups.GetOrAdd(group, static _ => new(Utf8Comparer.Instance));
        var topic = Encoding.UTF8.GetBytes(filter.Topic);
        if (!topics.ContainsKey(topic))
            _count++;
        topics[topic] = filter;
        _file.Touch();
    }

    IReadOnlyList<string> RemoveWhere(Func<ConsumerFilter, bool> condition)
    {
        lock (_changing)
            return RemoveWhereLocked(condition);
    }

    IReadOnlyList<string> RemoveWhereLocked(Func<ConsumerFilter, bool> condition)
    {
        var removed = All.Where(condition).ToArray();
        foreach (var filter in removed)
            Remove(filter);
        return [.. removed.Select(filter => filter.Group)];
    }

    void Remove(ConsumerFilter filter)
    {
        var group = Encoding.UTF8.GetBytes(filter.Group);
        if (!_groups.TryGetValue(group, out var topics))
            return;
        if (topics.TryRemove(Encoding.UTF8.GetBytes(filter.Topic), out _))
            _count--;
        if (topics.IsEmpty)
            _groups.TryRemove(group, out _);
        _file.Touch();
    }

    long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    static bool IsTags(SubscriptionData data) => data.ExpressionType is "" or "TAG";
}
