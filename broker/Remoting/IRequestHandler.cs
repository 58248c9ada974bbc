namespace Broker.Remoting;

/// <summary>
/// What a server does with what it receives: <see cref="ProcessorTable"/> on servers, a push handler on clients.
/// Calls for one connection never overlap; calls for different connections do.
/// </summary>
public interface IRequestHandler
{
    /// <summary>One complete request. See <see cref="IRequestProcessor.Process"/>.</summary>
    void Process(Request request);

    /// <summary>
    /// Every complete frame of one read has been handed out. Work that was only gathered is done here; the answers
    /// that come
    /// of it on this thread, of any connection, leave in one send per connection afterwards.
    /// </summary>
    void EndOfBatch();

    /// <summary>A connection was accepted. Before its first request.</summary>
    void Opened(Connection connection);

    /// <summary>A connection has ended. After its last request; once.</summary>
    void Closed(Connection connection);
}
