namespace Broker.Remoting;

/// <summary>
/// Gathers the connections that one thread writes to, so that each of them gets one send at the end instead of one per
/// answer. Receive loops open one around every batch; threads that answer many requests at once (a log writer, a
/// dispatcher that wakes long polls) open their own with <see cref="RemotingServer.Gather"/>.
/// </summary>
public sealed class FlushScope : IDisposable
{
    readonly List<Connection> connections = [];
    int depth;

    internal bool IsOpen => depth > 0;

    /// <summary>Sends what was gathered. The scopes of one thread nest; the outermost sends.</summary>
    public void Dispose()
    {
        if (--depth == 0)
            SendGathered();
    }

    /// <summary>Sends what was gathered so far.</summary>
    internal void SendGathered()
    {
        // A flush never answers anything itself, so the list does not grow while it is walked.
        foreach (var connection in connections)
            connection.Flush();
        connections.Clear();
    }

    internal FlushScope Open()
    {
        depth++;
        return this;
    }

    internal void Add(Connection connection) => connections.Add(connection);
}
