using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>Who produces: the producer groups that have members now, for tools and for transaction checks.</summary>
public sealed class ProducerGroups(TimeProvider time)
{
    /// <summary>Groups come with heartbeats of anybody; what comes after so many is not remembered.</summary>
    const int GroupsMax = 20_000;

    readonly Lock _sync = new();
    readonly Dictionary<string, Dictionary<Connection, GroupMember>> _groups = new(StringComparer.Ordinal);
    readonly Dictionary<Connection, HashSet<string>> _groupsOf = [];
    readonly Dictionary<string, Connection> _byClientId = new(StringComparer.Ordinal);
    uint _turns;

    /// <summary>Groups and connections of now.</summary>
    public (int Groups, int Connections) Counts
    {
        get
        {
            lock (_sync)
                return (_groups.Count, _groups.Values.Sum(members => members.Count));
        }
    }

    /// <summary>The connected clients of a group, null when it has none.</summary>
    public IReadOnlyList<ClientConnection>? Clients(string group)
    {
        lock (_sync)
            return _groups.TryGetValue(group, out var members) ? [.. members.Values.Select(ClientList.Describe)] : null;
    }

    /// <summary>The connection of a client that produces, in whichever group; null when there is none.</summary>
    public Connection? ConnectionOf(string clientId)
    {
        lock (_sync)
            return _byClientId.TryGetValue(clientId, out var connection) && connection.IsOpen ? connection : null;
    }

    /// <summary>A connected client of a group, another one at each call; null when it has none.</summary>
    public Connection? Next(string group)
    {
        lock (_sync)
        {
            if (!_groups.TryGetValue(group, out var members))
                return null;
            var first = (int)(_turns++ % (uint)members.Count);
            return members.Keys.Skip(first).Concat(members.Keys.Take(first)).FirstOrDefault(one => one.IsOpen);
        }
    }

    /// <summary>Every group's clients.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ProducerClient>> All()
    {
        lock (_sync)
        {
            return _groups.ToDictionary(
                group => group.Key,
                group => (IReadOnlyList<ProducerClient>)[.. group.Value.Values.Select(Describe)]
            );
        }
    }

    internal void Heard(string group, ClientHeartbeat heartbeat)
    {
        lock (_sync)
        {
            if (!_groups.TryGetValue(group, out var members))
            {
                if (_groups.Count >= GroupsMax)
                    return;
                _groups.Add(group, members = []);
            }
            ClientList.Heard(members, heartbeat);
            _byClientId[heartbeat.ClientId] = heartbeat.Connection;
            if (!_groupsOf.TryGetValue(heartbeat.Connection, out var names))
                _groupsOf.Add(heartbeat.Connection, names = new HashSet<string>(StringComparer.Ordinal));
            names.Add(group);
        }
    }

    internal void Leave(string group, Connection connection)
    {
        lock (_sync)
            RemoveLocked(group, connection);
    }

    internal void ConnectionClosed(Connection connection)
    {
        lock (_sync)
        {
            string[] names = _groupsOf.TryGetValue(connection, out var known) ? [.. known] : [];
            foreach (var name in names)
                RemoveLocked(name, connection);
        }
    }

    /// <summary>Forgets members that stopped their heartbeats. Their connections may still serve a consumer.</summary>
    internal void ForgetSilent(TimeSpan limit)
    {
        lock (_sync)
        {
            var now = time.GetTimestamp();
            string[] names = [.. _groups.Keys];
            foreach (var name in names)
            {
                foreach (var connection in ClientList.Silent(_groups[name], now, time, limit))
                    RemoveLocked(name, connection);
            }
        }
    }

    void RemoveLocked(string group, Connection connection)
    {
        if (!_groups.TryGetValue(group, out var members) || !members.Remove(connection, out var member))
            return;
        if (members.Count == 0)
            _groups.Remove(group);
        if (!_groupsOf.TryGetValue(connection, out var names) || !names.Remove(group) || names.Count > 0)
            return;
        _groupsOf.Remove(connection);
        if (_byClientId.TryGetValue(member.ClientId, out var known) && ReferenceEquals(known, connection))
            _byClientId.Remove(member.ClientId);
    }

    static ProducerClient Describe(GroupMember member)
    {
        var client = ClientList.Describe(member);
        return new ProducerClient(
            client.ClientId,
            "/" + client.ClientAddr,
            client.Language,
            client.Version,
            member.LastHeardMs
        );
    }
}
