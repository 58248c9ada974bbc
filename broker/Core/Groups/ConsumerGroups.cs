using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>
/// Who consumes: the consumer groups that have members now. Nothing of it is kept; clients say it again every 30 s to
/// every broker (protocol.md §4.2).
/// </summary>
public sealed class ConsumerGroups(TimeProvider time)
{
    readonly ConcurrentDictionary<byte[], ConsumerGroup> _groups = new(Utf8Comparer.Instance);
    readonly Lock _changing = new();

    /// <summary>
    /// The groups of each connection, so that its end costs only those. Guarded by <see cref="_changing"/>.
    /// </summary>
    readonly Dictionary<Connection, HashSet<ConsumerGroup>> _groupsOf = [];

    /// <summary>Told the name of a group whose last member has left.</summary>
    internal Action<string>? Emptied { get; set; }

    /// <summary>Told who has joined a group, outside of every lock.</summary>
    internal Action<ConsumerGroup, GroupClient>? Joined { get; set; }

    /// <summary>The groups that have members, at this moment.</summary>
    public IEnumerable<ConsumerGroup> All => _groups.Select(pair => pair.Value);

    /// <summary>Finds a group that has members, by its name in UTF-8.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out ConsumerGroup? group) =>
        _groups.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out group);

    /// <summary>Finds what a group wants of a topic; false when it has no members or does not want it.</summary>
    public bool TryGetSubscription(
        ReadOnlySpan<byte> group,
        ReadOnlySpan<byte> topic,
        [NotNullWhen(true)] out Subscription? subscription
    )
    {
        subscription = null;
        return TryGet(group, out var members) && members.TryGetSubscription(topic, out subscription);
    }

    /// <summary>Whether a group has members that want something, and no longer this topic.</summary>
    public bool HasGivenUp(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic) =>
        TryGet(group, out var members) && members.SubscriptionCount > 0 && !members.TryGetSubscription(topic, out _);

    /// <summary>Names of the groups whose members want a topic.</summary>
    public IEnumerable<string> GroupsOf(string topic)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        return All.Where(group => group.TryGetSubscription(name, out _)).Select(group => group.Name);
    }

    /// <summary>
    /// Takes one group of a heartbeat in and tells the members when somebody joined or the subscriptions changed.
    /// </summary>
    internal void Heard(
        ClientHeartbeat heartbeat,
        ConsumerData data,
        SubscriptionGroup settings,
        bool withoutSubscriptions
    )
    {
        ConsumerGroup group;
        bool changed;
        GroupClient? joined;
        lock (_changing)
        {
            group = _groups.GetOrAdd(settings.NameUtf8, static (_, name) => new ConsumerGroup(name), settings.Name);
            changed = group.Heard(heartbeat, data, withoutSubscriptions, out joined);
            if (!_groupsOf.TryGetValue(heartbeat.Connection, out var groups))
                _groupsOf.Add(heartbeat.Connection, groups = []);
            groups.Add(group);
        }
        if (changed && settings.Config.NotifyConsumerIdsChangedEnable)
            group.NotifyMembers();
        if (joined is { } client)
            Joined?.Invoke(group, client);
    }

    /// <summary>Removes a member of one group; the others are told if the group's settings want it.</summary>
    internal void Leave(string groupName, Connection connection, bool notify)
    {
        if (TryGet(Encoding.UTF8.GetBytes(groupName), out var group))
            Remove(group, connection, notify);
    }

    /// <summary>A connection has ended: its client is in no group any more.</summary>
    internal void ConnectionClosed(Connection connection, Func<string, bool> notify)
    {
        ConsumerGroup[] groups;
        lock (_changing)
            groups = _groupsOf.TryGetValue(connection, out var known) ? [.. known] : [];
        foreach (var group in groups)
            Remove(group, connection, notify(group.Name));
    }

    /// <summary>
    /// Members of these groups that say only that nothing has changed are asked for everything: something of it was
    /// forgotten here.
    /// </summary>
    internal void MustSayAll(IEnumerable<string> groups)
    {
        foreach (var name in groups)
        {
            if (TryGet(Encoding.UTF8.GetBytes(name), out var group))
                group.Fingerprint = 0;
        }
    }

    /// <summary>Closes the connections of members that stopped their heartbeats; the rest follows from that.</summary>
    /// <returns>How many.</returns>
    internal int CloseSilent(TimeSpan limit)
    {
        var now = time.GetTimestamp();
        var count = 0;
        foreach (var group in All)
        {
            foreach (var connection in group.Silent(now, time, limit))
            {
                connection.Close(CloseReason.IdleTimeout);
                count++;
            }
        }
        return count;
    }

    void Remove(ConsumerGroup group, Connection connection, bool notify)
    {
        lock (_changing)
        {
            if (!group.Leave(connection))
                return;
            if (_groupsOf.TryGetValue(connection, out var groups) && groups.Remove(group) && groups.Count == 0)
                _groupsOf.Remove(connection);
            if (group.MemberCount == 0)
            {
                _groups.TryRemove(KeyValuePair.Create(Encoding.UTF8.GetBytes(group.Name), group));
                Emptied?.Invoke(group.Name);
            }
        }
        if (notify)
            group.NotifyMembers();
    }
}
