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
    readonly Agreement _agreement;
    WantedTopics? _saidInFull;
    volatile bool _isConsistent = true;

    internal ConsumerGroup(string name)
    {
        Name = name;
        _agreement = new Agreement(name);
        IsCompared = !GroupName.IsSystem(Encoding.UTF8.GetBytes(name));
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

    /// <summary>
    /// Whether what the members want is compared. Tools share the broker's own groups, each for what it is after.
    /// </summary>
    public bool IsCompared { get; }

    /// <summary>Whether all members want the same topics by the same expressions.</summary>
    public bool IsConsistent => _isConsistent;

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

    /// <summary>Who wants something else than most members, and what; empty when all want the same.</summary>
    internal string Difference()
    {
        if (IsConsistent)
            return "";
        lock (_sync)
            return Agreement.Difference(_members.Values);
    }

    /// <summary>The body of code 203.</summary>
    /// <param name="withDifference">Whether to say if the members want the same, which Apache's brokers do not.</param>
    public ConsumerConnection ToBody(bool withDifference = false)
    {
        lock (_sync)
        {
            return new ConsumerConnection
            {
                SubscriptionDifference = withDifference && IsCompared ? Difference() : null,
                Connections = [.. _members.Values.Select(ClientList.Describe)],
                Subscriptions = [.. Subscriptions.Select(one => one.Data)],
                ConsumeType = ConsumeType,
                MessageModel = Model,
                ConsumeFromWhere = ConsumeFromWhere,
            };
        }
    }

    /// <summary>
    /// When a member was started whose number of retries is the one that it sends messages back with, ms since 1970;
    /// null when there is none, or when it says its number itself.
    /// </summary>
    internal long? StartOfSilent(Connection connection)
    {
        lock (_sync)
            return _members.TryGetValue(connection, out var member) && !member.SaysRetries ? member.StartedMs : null;
    }

    /// <summary>Notes whether a member says its number of retries, and when it was started, if that is known.</summary>
    internal void NoteStart(Connection connection, bool saysRetries, long? startedMs = null)
    {
        lock (_sync)
        {
            if (!_members.TryGetValue(connection, out var member))
                return;
            member.SaysRetries = saysRetries;
            member.StartedMs = startedMs ?? member.StartedMs;
        }
    }

    /// <summary>Takes a heartbeat in.</summary>
    /// <param name="heartbeat">Whose.</param>
    /// <param name="data">What it says of this group.</param>
    /// <param name="withoutSubscriptions">Whether it says only that its subscriptions have not changed.</param>
    /// <param name="joined">The member, when it was none before.</param>
    /// <returns>Whether a member joined, or the subscriptions changed.</returns>
    internal bool Heard(
        ClientHeartbeat heartbeat,
        ConsumerData data,
        bool withoutSubscriptions,
        out GroupClient? joined
    )
    {
        lock (_sync)
        {
            Model = data.MessageModel;
            ConsumeType = data.ConsumeType;
            ConsumeFromWhere = data.ConsumeFromWhere;
            var isNew = ClientList.Heard(_members, heartbeat);
            var member = _members[heartbeat.Connection];
            joined = member.StartedMs == 0 ? member.Describe() : null;
            if (joined is not null)
                member.StartedMs = heartbeat.NowMs;
            Compare(member, heartbeat.Fingerprint, withoutSubscriptions ? null : data);
            if (withoutSubscriptions)
                return isNew;
            Fingerprint = heartbeat.Fingerprint;
            return Replace(data.Subscriptions) || isNew;
        }
    }

    /// <summary>Removes a member.</summary>
    /// <returns>Whether it was one.</returns>
    internal bool Leave(Connection connection)
    {
        lock (_sync)
        {
            if (!_members.Remove(connection, out var member))
                return false;
            _agreement.Left(member.Wanted);
            _isConsistent = _agreement.IsGiven;
            return true;
        }
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

    /// <summary>
    /// Remembers what a member wants. A new connection may begin with the short form: then it wants what was said in
    /// full with the same hash, or the answer to its heartbeat asks it for everything.
    /// </summary>
    void Compare(GroupMember member, int fingerprint, ConsumerData? said)
    {
        if (!IsCompared)
            return;
        if (said is not null)
            _saidInFull = member.Wanted = _agreement.Heard(member.Wanted, said.Subscriptions);
        else if (fingerprint != 0 && fingerprint == Fingerprint)
            member.Wanted ??= _agreement.Joined(_saidInFull);
        _isConsistent = _agreement.IsGiven;
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
