using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>A client in a group, over one connection. Guarded by its group's lock.</summary>
sealed class GroupMember(Connection connection)
{
    public Connection Connection { get; } = connection;

    public string ClientId { get; set; } = "";

    public LanguageCode Language { get; set; }

    public int Version { get; set; }

    /// <summary>Timestamp of the clock, not a time of day.</summary>
    public long LastHeard { get; set; }

    /// <summary>The same as a time of day, ms since 1970, for people.</summary>
    public long LastHeardMs { get; set; }

    /// <summary>
    /// What it said that it consumes; null for a producer, and when it said only that nothing has changed.
    /// </summary>
    public WantedTopics? Wanted { get; set; }

    public GroupClient Describe() => new(Connection, ClientId, Language, Version);
}
