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

    /// <summary>When it was started, ms since 1970: as it says itself, else when it joined.</summary>
    public long StartedMs { get; set; }

    /// <summary>
    /// Whether it was asked for its number of retries and has said it, or may still: the number that it sends messages
    /// back with says less, Java's is 16 where nobody set one.
    /// </summary>
    public bool SaysRetries { get; set; }

    public GroupClient Describe() => new(Connection, ClientId, Language, Version);
}
