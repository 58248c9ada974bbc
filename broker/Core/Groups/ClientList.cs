using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>What consumer and producer groups do with their members. The caller holds the group's lock.</summary>
static class ClientList
{
    /// <summary>Adds or refreshes a member; true when it is new or says another name than before.</summary>
    public static bool Heard(Dictionary<Connection, GroupMember> members, in ClientHeartbeat heartbeat)
    {
        var isNew = !members.TryGetValue(heartbeat.Connection, out var member);
        if (member is null)
            members.Add(heartbeat.Connection, member = new GroupMember(heartbeat.Connection));
        isNew |= member.ClientId != heartbeat.ClientId;
        member.ClientId = heartbeat.ClientId;
        member.Language = heartbeat.Language;
        member.Version = heartbeat.Version;
        member.LastHeard = heartbeat.Now;
        member.LastHeardMs = heartbeat.NowMs;
        return isNew;
    }

    public static IReadOnlyList<Connection> Silent(
        Dictionary<Connection, GroupMember> members,
        long now,
        TimeProvider time,
        TimeSpan limit
    ) =>
        [
            .. members
                .Values.Where(member => time.GetElapsedTime(member.LastHeard, now) > limit)
                .Select(member => member.Connection),
        ];

    public static ClientConnection Describe(GroupMember member) =>
        new(member.ClientId, member.Connection.RemoteEndPoint.ToString(), member.Language.ToName(), member.Version);
}
