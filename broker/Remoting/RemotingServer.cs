using System.Net;
using System.Net.Sockets;
using Broker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Broker.Remoting;

/// <summary>
/// Listens on one or several addresses and runs the connections. Create, <see cref="Listen"/> (again for further
/// ports),
/// and in the end <see cref="StopAsync"/>.
/// </summary>
/// <remarks>
/// The runtime hands each read from its poll thread to the thread pool. DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1
/// spares that hop: about a quarter of the time per message with one sender, but then a processor that blocks holds
/// up every
/// socket of the process, so it is not the default. <c>tests/Benchmarks send</c> measures both.
/// </remarks>
public sealed class RemotingServer : IAsyncDisposable
{
    /// <summary>Clients of a restarted broker come back all at once.</summary>
    const int Backlog = 1024;

    /// <summary>Ports that the system chooses are rarely taken in the other family; thrice in a row never.</summary>
    const int PortAttempts = 3;

    /// <summary>
    /// Accepting fails while the process has no handle left; that takes longer than a moment to change.
    /// </summary>
    static readonly TimeSpan AcceptRetryInterval = TimeSpan.FromMilliseconds(100);

    readonly ConnectionEnvironment environment;
    readonly ConnectionSet connections;
    readonly FailureLog acceptFailures;
    readonly List<Socket> listeners = [];
    readonly List<Task> accepting = [];
    long lastId;
    int stopped;

    /// <param name="options">Limits; not changed afterwards.</param>
    /// <param name="handler">What to do with requests, usually a <see cref="ProcessorTable"/>.</param>
    /// <param name="metrics">Where to count; null for nowhere.</param>
    /// <param name="time">The clock of all timeouts.</param>
    /// <param name="logger">Events 3000 to 3999.</param>
    public RemotingServer(
        RemotingOptions options,
        IRequestHandler handler,
        RemotingMetrics? metrics,
        TimeProvider time,
        ILogger logger
    )
    {
        environment = new ConnectionEnvironment(options, handler, metrics, time, logger);
        connections = new ConnectionSet(environment);
        acceptFailures = new FailureLog(time);
        metrics?.Observe(
            () => connections.Count,
            () => environment.InFlight.Used,
            () => environment.Input.Used,
            () => connections.All.Sum(connection => connection.PendingOutputBytes)
        );
    }

    /// <summary>The open connections, at this moment.</summary>
    public IEnumerable<Connection> Connections => connections.All;

    /// <summary>How many connections are open.</summary>
    public int ConnectionCount => connections.Count;

    /// <summary>
    /// Binds, listens and accepts. Port 0 lets the system choose; the real address is returned. 0.0.0.0 is every
    /// address of this host, IPv6 too, as with the reference.
    /// </summary>
    /// <exception cref="TlsConfigurationException">The certificate cannot be used.</exception>
    public IPEndPoint Listen(IPEndPoint address)
    {
        environment.Tls.Check();
        for (var attempt = 1; ; attempt++)
        {
            var listener = Bind(address, dualMode: address.Address.Equals(IPAddress.IPv6Any));
            var bound = (IPEndPoint)listener.LocalEndPoint!;
            try
            {
                // A socket of its own: one for both families would show every IPv4 peer as IPv6.
                if (address.Address.Equals(IPAddress.Any) && Socket.OSSupportsIPv6)
                    Accept(Bind(new IPEndPoint(IPAddress.IPv6Any, bound.Port), dualMode: false));
            }
            catch (SocketException taken)
                when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse
                    && address.Port == 0
                    && attempt < PortAttempts
                )
            {
                // The port that the system chose is free in one family only: it chooses another.
                listener.Dispose();
                continue;
            }
            catch
            {
                listener.Dispose();
                throw;
            }
            return Accept(listener);
        }
    }

    static Socket Bind(IPEndPoint address, bool dualMode)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                listener.DualMode = dualMode;
            listener.Bind(address);
            listener.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    IPEndPoint Accept(Socket listener)
    {
        var bound = (IPEndPoint)listener.LocalEndPoint!;
        listeners.Add(listener);
        accepting.Add(AcceptLoopAsync(listener));
        RemotingLog.Listening(environment.Logger, bound);
        return bound;
    }

    /// <summary>
    /// Everything that this thread answers until the scope is disposed leaves in one send per connection. For threads
    /// that
    /// answer many requests at once; receive loops have a scope already. Stay on the thread.
    /// </summary>
    public FlushScope Gather() => environment.Scope.Open();

    /// <summary>
    /// Sends what this thread has gathered, before it turns to work that lasts; nothing happens without a scope.
    /// </summary>
    public void SendGathered() => environment.Scope.SendGathered();

    /// <summary>Closes every connection, for instance because this broker is no longer the master.</summary>
    public void CloseConnections(CloseReason reason)
    {
        foreach (var connection in connections.All)
            connection.Close(reason);
    }

    /// <summary>Accepts nothing new. What is connected goes on.</summary>
    public async Task StopListeningAsync()
    {
        foreach (var listener in listeners)
            listener.Dispose();
        await Task.WhenAll(accepting).ConfigureAwait(false);
    }

    /// <summary>
    /// Accepts nothing new, hands out no further request, waits until every request that was received is answered and
    /// sent,
    /// at most for <paramref name="grace"/>, and closes all connections.
    /// </summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
            return;
        using var limit = new CancellationTokenSource(grace, environment.Time);
        await StopListeningAsync().ConfigureAwait(false);
        foreach (var connection in connections.All)
            connection.StopReceiving();
        await UntilAsync(Task.WhenAll(connections.All.Select(c => c.DrainedAsync())), limit.Token)
            .ConfigureAwait(false);
        CloseConnections(CloseReason.Stopping);
        await UntilAsync(connections.EmptiedAsync(), limit.Token).ConfigureAwait(false);
        connections.Dispose();
        // The environment lives on: tokens that somebody still keeps may be answered, into nothing.
    }

    static async Task UntilAsync(Task done, CancellationToken limit) =>
        await done.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Stops without waiting for answers.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    async Task AcceptLoopAsync(Socket listener)
    {
        while (Volatile.Read(ref stopped) == 0)
        {
            try
            {
                var socket = await listener.AcceptAsync().ConfigureAwait(false);
                Start(socket);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException ended)
                when (ended.SocketErrorCode is SocketError.OperationAborted or SocketError.NotSocket)
            {
                return;
            }
            catch (SocketException failure)
            {
                // Out of handles, or the peer left between the handshake and here: neither ends the listener.
                if (acceptFailures.IsDue(failure, out var unsaid))
                    RemotingLog.AcceptFailed(environment.Logger, failure, unsaid);
                await Task.Delay(AcceptRetryInterval, environment.Time).ConfigureAwait(false);
            }
        }
    }

    void Start(Socket socket)
    {
        Connection connection;
        try
        {
            socket.NoDelay = true;
            connection = new Connection(
                environment,
                new SocketTransport(socket),
                Interlocked.Increment(ref lastId),
                EndPoints.Remote(socket),
                EndPoints.Local(socket)
            );
        }
        catch (Exception left) when (left is SocketException or ObjectDisposedException or NullReferenceException)
        {
            socket.Dispose();
            return;
        }
        if (!connections.TryAdd(connection))
        {
            connection.Close(CloseReason.ConnectionLimit);
            connection.Discard();
            return;
        }
        environment.Metrics?.Opened();
        RemotingLog.Opened(environment.Logger, connection.Id, connection.RemoteEndPoint);
        _ = ServeAsync(connection, socket);
    }

    async Task ServeAsync(Connection connection, Socket socket)
    {
        // Leaves the accept loop: a busy new connection must not hold it up.
        await Task.Yield();
        Notify(environment.Handler.Opened, connection);
        await connection.RunAsync(socket).ConfigureAwait(false);
        connections.Remove(connection);
        Notify(environment.Handler.Closed, connection);
    }

    void Notify(Action<Connection> handler, Connection connection)
    {
        try
        {
            handler(connection);
        }
        catch (Exception failure)
        {
            RemotingLog.EventFailed(environment.Logger, failure);
        }
    }
}
