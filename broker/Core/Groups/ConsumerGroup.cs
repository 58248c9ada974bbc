using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>
/// The living members of one consumer group and what they want. All members of a group want the same: the newest
/// heartbeat decides (protocol.md §4.1). Any thread may call.
/// </summary>
public sealed class ConsumerGroup
{
    readonly Lock _sync = new();
    readonly Dictionary<Connection, GroupMember> _members = [];
    readonly ConcurrentDictionary<byte[], Subscription> _subscriptions = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], Subscription>.AlternateLookup<ReadOnlySpan<byte>> _byTopic;

    internal ConsumerGroup(string name)
    {
        Name = name;
        _byTopic = _subscriptions.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The group's name.</summary>
    public string Name { get; }

    /// <summary>Whether members share the queues or each reads all, as the newest heartbeat says.</summary>
    public MessageModel Model { get; private set; }

    /// <summary>How members get their messages.</summary>
    public ConsumeType ConsumeType { get; private set; }

    /// <summary>Where members start without a stored offset.</summary>
    public ConsumeFromWhere ConsumeFromWhere { get; private set; }

    /// <summary>How many connections the members have.</summary>
    public int MemberCount
    {
        get
        {
            lock (_sync)
                return _members.Count;
        }
    }

    /// <summary>What the members want, at this moment.</summary>
    public IEnumerable<Subscription> Subscriptions => _subscriptions.Select(pair => pair.Value);

    /// <summary>How many topics they want.</summary>
    public int SubscriptionCount => _subscriptions.Count;

    /// <summary>The hash of what a member said in full last; 0 when none uses the short form.</summary>
    internal int Fingerprint { get; set; }

    /// <summary>What the group wants of a topic.</summary>
    public bool TryGetSubscription(ReadOnlySpan<byte> topic, [NotNullWhen(true)] out Subscription? subscription) =>
        _byTopic.TryGetValue(topic, out subscription);

    /// <summary>The members' client ids, each once.</summary>
    public IReadOnlyList<string> ClientIds()
    {
        lock (_sync)
            return [.. _members.Values.Select(member => member.ClientId).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The members' connections, for pushes.</summary>
    public IReadOnlyList<Connection> Connections()
    {
        lock (_sync)
            return [.. _members.Keys];
    }

    /// <summary>The members, for pushes that depend on who they are.</summary>
    internal IReadOnlyList<GroupClient> Clients()
    {
        lock (_sync)
            return [.. _members.Values.Select(member => member.Describe())];
    }

    /// <summary>The member of that client id, null when there is none.</summary>
    internal GroupClient? Client(string? clientId)
    {
        lock (_sync)
            return _members.Values.FirstOrDefault(member => member.ClientId == clientId)?.Describe();
    }

    /// <summary>The body of code 203.</summary>
    public ConsumerConnection ToBody()
    {
        lock (_sync)
        {
            return new ConsumerConnection
            {
                Connections = [.. _members.Values.Select(ClientList.Describe)],
                Subscriptions = [.. Subscriptions.Select(one => one.Data)],
                ConsumeType = ConsumeType,
                MessageModel = Model,
                ConsumeFromWhere = ConsumeFromWhere,
            };
        }
    }

    /// <summary>Takes a heartbeat in.</summary>
    /// <returns>Whether a member joined, or the subscriptions changed.</returns>
    internal bool Heard(ClientHeartbeat heartbeat, ConsumerData data, bool withoutSubscriptions)
    {
        lock (_sync)
        {
            Model = data.MessageModel;
            ConsumeType = data.ConsumeType;
            ConsumeFromWhere = data.ConsumeFromWhere;
            var joined = ClientList.Heard(_members, heartbeat);
            return (!withoutSubscriptions && Replace(data.Subscriptions)) || joined;
        }
    }

    /// <summary>Removes a member.</summary>
    /// <returns>Whether it was one.</returns>
    internal bool Leave(Connection connection)
    {
        lock (_sync)
            return _members.Remove(connection);
    }

    /// <summary>Members that have been silent for longer than <paramref name="limit"/>.</summary>
    internal IReadOnlyList<Connection> Silent(long now, TimeProvider time, TimeSpan limit)
    {
        lock (_sync)
            return ClientList.Silent(_members, now, time, limit);
    }

    /// <summary>Tells all members to look who is there (code 40).</summary>
    internal void NotifyMembers()
    {
        var fields = new FieldList { { "consumerGroup", Name } };
        foreach (var connection in Connections())
            connection.Push(RequestCode.NotifyConsumerIdsChanged, fields);
    }

    bool Replace(IReadOnlyList<SubscriptionData> wanted)
    {
        var changed = false;
        foreach (var data in wanted)
        {
            var topic = Encoding.UTF8.GetBytes(data.Topic);
            if (!_subscriptions.TryGetValue(topic, out var known))
                changed = true;
            else if (known.SubVersion >= data.SubVersion)
                continue;
            _subscriptions[topic] = new Subscription(data);
        }
        foreach (var (topic, known) in _subscriptions)
        {
            if (wanted.Any(data => data.Topic == known.Data.Topic))
                continue;
            changed |= _subscriptions.TryRemove(topic, out _);
        }
        return changed;
    }
}
