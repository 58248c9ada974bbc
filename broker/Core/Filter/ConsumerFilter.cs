using Broker.Store;

namespace Broker.Core.Filter;

/// <summary>
/// What a group said in its heartbeats about the messages of a topic that it wants, when not by tags.
/// </summary>
public sealed record ConsumerFilter
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The group.</summary>
    public required string Group { get; init; }

    /// <summary>As the group wrote it.</summary>
    public required string Expression { get; init; }

    /// <summary>SQL92, or a type that we do not know.</summary>
    public required string ExpressionType { get; init; }

    /// <summary>The client's clock when it subscribed, in ms since 1970.</summary>
    public long ClientVersion { get; init; }

    /// <summary>When this expression was first heard of, in ms since 1970.</summary>
    public long BornTime { get; init; }

    /// <summary>When the group stopped wanting it, in ms since 1970; 0 while it does.</summary>
    public long DeadTime { get; init; }

    /// <summary>What to ask for each message; null when the expression is wrong.</summary>
    public MessageFilter? Filter { get; init; }

    /// <summary>What is wrong with the expression.</summary>
    public string? Problem { get; init; }
}
