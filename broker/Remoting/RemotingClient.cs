using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broker.Remoting;

/// <summary>
/// One connection to a broker or name server, with any number of requests under way on it. It does not reconnect: when
/// <see cref="Completion"/> ends, its owner decides what to do next.
/// </summary>
public sealed class RemotingClient : IAsyncDisposable
{
    readonly ConnectionSet connections;

    RemotingClient(ConnectionEnvironment environment, Connection connection)
    {
        Connection = connection;
        connections = new ConnectionSet(environment);
        connections.TryAdd(connection);
        Completion = connection.RunAsync(null);
    }

    /// <summary>The connection, for its addresses and state.</summary>
    public Connection Connection { get; }

    /// <summary>Ends when the connection has ended, for whatever reason. Never fails.</summary>
    public Task Completion { get; }

    /// <summary>Connects.</summary>
    /// <param name="address"><c>host:port</c>; the host may be a name, which is resolved now.</param>
    /// <param name="settings">Limits, clock, push handler; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Ends the attempt. The attempt also ends by <see cref="RemotingClientSettings.ConnectTimeout"/>.
    /// </param>
    /// <exception cref="IOException">The address cannot be reached, with the reason.</exception>
    public static async Task<RemotingClient> ConnectAsync(
        string address,
        RemotingClientSettings? settings = null,
        CancellationToken cancellationToken = default
    )
    {
        settings ??= new RemotingClientSettings();
        var (host, port) = Split(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(settings.ConnectTimeout, settings.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(host, port, both.Token).ConfigureAwait(false);
            Transport transport = settings.Tls is { } tls
                ? new TlsTransport(await HandshakeAsync(socket, tls, both.Token).ConfigureAwait(false))
                : new SocketTransport(socket);
            return Create(settings, transport, socket);
        }
        catch (OperationCanceledException late)
            when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException(
                $"connect to {address} failed: no answer within {settings.ConnectTimeout.TotalSeconds} s",
                late
            );
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is OperationCanceledException)
                throw;
            throw new IOException($"connect to {address} failed: {failure.Message}", failure);
        }
    }

    /// <inheritdoc cref="Connection.InvokeAsync"/>
    public Task<RemotingResponse> InvokeAsync(
        RequestCode code,
        FieldList? fields = null,
        ReadOnlyMemory<byte> body = default,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default
    ) =>
        Connection.InvokeAsync(code, fields, body, timeout ?? RemotingClientSettings.DefaultTimeout, cancellationToken);

    /// <summary>Sends a request and does not want an answer.</summary>
    public void Send(RequestCode code, FieldList? fields = null, ReadOnlySpan<byte> body = default) =>
        Connection.Push(code, fields, body);

    /// <summary>Closes the connection; callers that wait for an answer get an <see cref="IOException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Connection.Close();
        await Completion.ConfigureAwait(false);
        connections.Dispose();
    }

    static RemotingClient Create(RemotingClientSettings settings, Transport transport, Socket socket)
    {
        var shared = new ConnectionEnvironment(
            settings.Options,
            settings.PushHandler ?? new ProcessorTable(),
            settings.Metrics,
            settings.Time,
            settings.Logger ?? NullLogger.Instance
        );
        var connection = new Connection(shared, transport, 1, EndPoints.Remote(socket), EndPoints.Local(socket));
        return new RemotingClient(shared, connection);
    }

    static async Task<SslStream> HandshakeAsync(
        Socket socket,
        SslClientAuthenticationOptions options,
        CancellationToken cancellationToken
    )
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return stream;
    }

    static (string Host, int Port) Split(string address)
    {
        int colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), out int port) || port is < 1 or > 65535)
            throw new IOException($"connect failed: '{address}' is not host:port");
        return (address[..colon].Trim('[', ']'), port);
    }
}
