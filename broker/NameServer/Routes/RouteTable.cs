using Broker.Protocol.Bodies;

namespace Broker.NameServer.Routes;

/// <summary>
/// Which broker has which topic (protocol.md §6.4). Everything is in memory: brokers register again every 30 s. Any
/// thread may call;
/// one lock guards all of it, since in steady state nothing changes and routes are served from copies that <see
/// cref="Version"/> validates.
/// </summary>
public sealed class RouteTable(NameServerOptions options, TimeProvider time)
{
    readonly Lock sync = new();
    readonly Dictionary<string, SortedDictionary<string, TopicQueues>> topics = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, BrokerGroup> groups = new(StringComparer.Ordinal);
    readonly Dictionary<BrokerAddress, LiveBroker> live = [];
    readonly SortedDictionary<string, IReadOnlyList<string>> filterServers = new(StringComparer.Ordinal);
    long version;

    /// <summary>
    /// Grows with every change of any route; a copy made at one version is right as long as it has not grown.
    /// </summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>Topics, broker groups and live brokers of now.</summary>
    public (int Topics, int Groups, int Brokers) Counts
    {
        get
        {
            lock (sync)
                return (topics.Count, groups.Count, live.Count);
        }
    }

    /// <summary>
    /// Takes a registration in. A broker whose state is older than that of the one it would replace is ignored.
    /// </summary>
    /// <param name="connection">What <see cref="DropConnection"/> will be called with.</param>
    public RegistrationOutcome Register(BrokerRegistration broker, object? connection)
    {
        lock (sync)
        {
            var key = new BrokerAddress(broker.Cluster, broker.Address);
            var group = groups.GetValueOrDefault(broker.BrokerName);
            if (IsOutdated(broker, group))
            {
                live.Remove(key);
                return default;
            }
            var isNew = group is null || !group.Addresses.ContainsKey(broker.BrokerId);
            if (isNew && broker.Topics.Count == 1)
                return new RegistrationOutcome(IsRefused: true, null, null);
            var known = live.GetValueOrDefault(key);
            group = JoinLocked(broker, group);
            // A new connection may be that of a broker that was started again with another configuration.
            var mayDiffer = isNew || known?.Version != broker.Version || known.Connection != connection;
            if (mayDiffer && broker.BrokerId == BrokerGroup.MasterId)
                TakeTopicsLocked(broker);
            live[key] = new LiveBroker
            {
                Key = key,
                BrokerName = broker.BrokerName,
                BrokerId = broker.BrokerId,
                Connection = connection,
                Timeout = broker.Timeout ?? options.BrokerTimeout,
                HaAddress = broker.HaAddress,
                Version = broker.Version,
                LastHeard = time.GetTimestamp(),
            };
            KeepFilterServersLocked(broker);
            return OutcomeLocked(broker, group);
        }
    }

    /// <summary>A broker says that it leaves.</summary>
    public void Unregister(BrokerAddress key, string brokerName, long brokerId)
    {
        lock (sync)
            LeaveLocked(key, brokerName, brokerId);
    }

    /// <summary>A connection closed: the brokers that registered over it last are gone at once.</summary>
    /// <returns>How many that were.</returns>
    public int DropConnection(object connection)
    {
        lock (sync)
            return DropLocked([.. live.Values.Where(broker => ReferenceEquals(broker.Connection, connection))]);
    }

    /// <summary>Drops brokers that have been silent for longer than they said.</summary>
    /// <returns>How many that were.</returns>
    public int DropSilent()
    {
        lock (sync)
        {
            var now = time.GetTimestamp();
            return DropLocked([
                .. live.Values.Where(broker => time.GetElapsedTime(broker.LastHeard, now) > broker.Timeout),
            ]);
        }
    }

    /// <summary>A sign of life without news (codes 322 and 904); nothing if the broker is not registered.</summary>
    public void Touch(BrokerAddress key)
    {
        lock (sync)
        {
            if (live.TryGetValue(key, out var broker))
                broker.LastHeard = time.GetTimestamp();
        }
    }

    /// <summary>The state of a broker's topics as of its last registration.</summary>
    public DataVersion? VersionOf(BrokerAddress key)
    {
        lock (sync)
            return live.TryGetValue(key, out var broker) ? broker.Version : null;
    }

    /// <summary>Where the topic is, null when no living broker has it.</summary>
    public TopicRoute? Find(string topic)
    {
        lock (sync)
        {
            if (!topics.TryGetValue(topic, out var queues))
                return null;
            BrokerGroup[] found = [.. queues.Keys.Select(name => groups.GetValueOrDefault(name)).OfType<BrokerGroup>()];
            if (found.Length == 0)
                return null;
            var addresses = found.SelectMany(group => group.Addresses.Values).ToHashSet(StringComparer.Ordinal);
            return new TopicRoute([.. queues], found, [.. filterServers.Where(one => addresses.Contains(one.Key))]);
        }
    }

    /// <summary>
    /// Takes in what a broker says of one topic (217); queues of groups that nobody registered are left out.
    /// </summary>
    public void PutTopic(string topic, IEnumerable<KeyValuePair<string, TopicQueues>> queues)
    {
        lock (sync)
        {
            foreach (var (brokerName, offer) in queues)
            {
                if (groups.ContainsKey(brokerName))
                    PutQueuesLocked(topic, brokerName, offer);
            }
        }
    }

    /// <summary>
    /// Forgets a topic, everywhere or in one cluster; a broker that still has it brings it back when it registers
    /// news.
    /// </summary>
    public void DeleteTopic(string topic, string? cluster)
    {
        lock (sync)
        {
            if (!topics.TryGetValue(topic, out var queues))
                return;
            string[] names =
            [
                .. queues.Keys.Where(name => cluster is null || groups.GetValueOrDefault(name)?.Cluster == cluster),
            ];
            foreach (var name in names)
                queues.Remove(name);
            if (queues.Count == 0)
                topics.Remove(topic);
            version++;
        }
    }

    /// <summary>Takes or gives the write permission of all topics of a broker group, until it registers news.</summary>
    /// <returns>How many topics the group has.</returns>
    public int SetWritable(string brokerName, bool writable)
    {
        lock (sync)
        {
            var count = 0;
            foreach (var queues in topics.Values)
            {
                if (!queues.TryGetValue(brokerName, out var offer))
                    continue;
                queues[brokerName] = writable ? offer.WithWrite() : offer.WithoutWrite();
                count++;
            }
            version++;
            return count;
        }
    }

    /// <summary>All broker groups in name order.</summary>
    public IReadOnlyList<BrokerGroup> Groups()
    {
        lock (sync)
            return [.. groups.Values];
    }

    /// <summary>One broker group, null if there is none of that name in that cluster.</summary>
    public BrokerGroup? Group(string cluster, string brokerName)
    {
        lock (sync)
            return groups.TryGetValue(brokerName, out var group) && group.Cluster == cluster ? group : null;
    }

    /// <summary>
    /// The names of the topics of which any offer satisfies the condition; the group is null where its brokers are
    /// gone.
    /// </summary>
    public IReadOnlyList<string> TopicsWhere(Func<TopicQueues, BrokerGroup?, bool> condition)
    {
        lock (sync)
        {
            return
            [
                .. topics
                    .Where(topic =>
                        topic.Value.Any(offer => condition(offer.Value, groups.GetValueOrDefault(offer.Key)))
                    )
                    .Select(topic => topic.Key)
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>
    /// Higher stateVersion wins: two brokers that both think they are id 0 are told apart by the later election.
    /// </summary>
    bool IsOutdated(BrokerRegistration broker, BrokerGroup? group) =>
        group is not null
        && group.Addresses.TryGetValue(broker.BrokerId, out var holder)
        && holder != broker.Address
        && live.TryGetValue(new BrokerAddress(broker.Cluster, holder), out var other)
        && other.Version.StateVersion > broker.Version.StateVersion;

    BrokerGroup JoinLocked(BrokerRegistration broker, BrokerGroup? group)
    {
        if (
            group is not null
            && group.Cluster == broker.Cluster
            && group.Addresses.TryGetValue(broker.BrokerId, out var known)
            && known == broker.Address
            && group.EnableActingMaster == (broker.EnableActingMaster ?? false)
            && group.Addresses.Values.Count(address => address == broker.Address) == 1
        )
            return group;
        var addresses = new SortedList<long, string>();
        foreach (var (id, address) in group?.Addresses ?? [])
        {
            if (address != broker.Address)
                addresses[id] = address;
        }
        addresses[broker.BrokerId] = broker.Address;
        var joined = new BrokerGroup(broker.Cluster, broker.BrokerName, addresses, broker.EnableActingMaster ?? false);
        groups[broker.BrokerName] = joined;
        version++;
        return joined;
    }

    void TakeTopicsLocked(BrokerRegistration broker)
    {
        foreach (var (topic, offer) in broker.Topics)
            PutQueuesLocked(topic, broker.BrokerName, offer);
    }

    void PutQueuesLocked(string topic, string brokerName, TopicQueues offer)
    {
        if (!topics.TryGetValue(topic, out var queues))
            topics.Add(topic, queues = new SortedDictionary<string, TopicQueues>(StringComparer.Ordinal));
        if (queues.TryGetValue(brokerName, out var known) && known == offer)
            return;
        queues[brokerName] = offer;
        version++;
    }

    void KeepFilterServersLocked(BrokerRegistration broker)
    {
        if (broker.FilterServers.Count > 0)
        {
            filterServers[broker.Address] = broker.FilterServers;
            version++;
        }
        else if (filterServers.Remove(broker.Address))
            version++;
    }

    RegistrationOutcome OutcomeLocked(BrokerRegistration broker, BrokerGroup group)
    {
        if (broker.BrokerId == BrokerGroup.MasterId || group.MasterAddress is not { } master)
            return default;
        return live.TryGetValue(new BrokerAddress(group.Cluster, master), out var holder)
            ? new RegistrationOutcome(IsRefused: false, master, holder.HaAddress)
            : default;
    }

    int DropLocked(LiveBroker[] gone)
    {
        foreach (var broker in gone)
            LeaveLocked(broker.Key, broker.BrokerName, broker.BrokerId);
        return gone.Length;
    }

    /// <summary>
    /// Only the address that holds the id may give it up: a late farewell of a former master must not remove its
    /// successor.
    /// </summary>
    void LeaveLocked(BrokerAddress key, string brokerName, long brokerId)
    {
        live.Remove(key);
        if (filterServers.Remove(key.Address))
            version++;
        if (
            !groups.TryGetValue(brokerName, out var group)
            || !group.Addresses.TryGetValue(brokerId, out var holder)
            || holder != key.Address
        )
            return;
        version++;
        var addresses = new SortedList<long, string>(group.Addresses);
        addresses.Remove(brokerId);
        if (addresses.Count > 0)
        {
            groups[brokerName] = group with { Addresses = addresses };
            if (group.EnableActingMaster && !addresses.ContainsKey(BrokerGroup.MasterId))
                WipeLocked(brokerName);
            return;
        }
        groups.Remove(brokerName);
        string[] names = [.. topics.Keys];
        foreach (var topic in names)
        {
            if (topics[topic].Remove(brokerName) && topics[topic].Count == 0)
                topics.Remove(topic);
        }
    }

    void WipeLocked(string brokerName)
    {
        foreach (var queues in topics.Values)
        {
            if (queues.TryGetValue(brokerName, out var offer))
                queues[brokerName] = offer.WithoutWrite();
        }
    }
}
