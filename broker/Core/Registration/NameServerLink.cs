using System.Net;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Registration;

/// <summary>
/// Keeps one name server informed: at once when something changes, otherwise every period, over one connection that
/// stays open, because a name server drops a broker when its connection closes (protocol.md §5.5).
/// </summary>
sealed class NameServerLink : IAsyncDisposable
{
    /// <summary>Several topics that are created together make one registration.</summary>
    static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// An unreachable name server is tried at least this often: it may be a pod that is starting. Up to half of it is
    /// left out at random, because all brokers lose a name server in the same moment.
    /// </summary>
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Somebody waits for the answer, and there may be another name server.</summary>
    static readonly TimeSpan RouteTimeout = TimeSpan.FromSeconds(1);

    readonly RegistrationSource _source;
    readonly Random _random;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly SemaphoreSlim _wake = new(0, 1);
    readonly CancellationTokenSource _stopping = new();
    readonly Task _running;
    RemotingClient? _client;
    bool _registered;

    public NameServerLink(string address, RegistrationSource source, Random random, TimeProvider time, ILogger logger)
    {
        Address = address;
        _source = source;
        _random = random;
        _time = time;
        _logger = logger;
        _running = RunAsync(_stopping.Token);
    }

    /// <summary>host:port as configured.</summary>
    public string Address { get; }

    /// <summary>Whether the last registration was accepted on a connection that still lives.</summary>
    public bool IsRegistered => _registered && _client is { Connection.IsOpen: true };

    /// <summary>Where a topic is, as this name server has it; null when it cannot be asked.</summary>
    public async Task<RemotingResponse?> AskRouteAsync(string topic)
    {
        if (!IsRegistered || _client is not { } client)
            return null;
        try
        {
            var fields = new FieldList { { "topic", topic }, { "acceptStandardJsonOnly", true } };
            return await client.InvokeAsync(RequestCode.GetRouteInfoByTopic, fields, default, RouteTimeout);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Registers now.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already and will see the change.
        }
    }

    /// <summary>Ends the registration and the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        if (_client is not null && _registered)
            await UnregisterAsync(_client);
        if (_client is not null)
            await _client.DisposeAsync();
        _stopping.Dispose();
        _wake.Dispose();
    }

    async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var succeeded = await TryRegisterAsync(cancellationToken);
                await WaitAsync(succeeded ? _source.Period : NextRetry(), cancellationToken);
                await Task.Delay(Gathering, _time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    TimeSpan NextRetry() => RetryInterval * (1 - (_random.NextDouble() / 2));

    async Task WaitAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(period, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The period is over.
        }
    }

    async Task<bool> TryRegisterAsync(CancellationToken cancellationToken)
    {
        try
        {
            var client = await ConnectAsync(cancellationToken);
            var (fields, body) = _source.Registration();
            var answer = await client.InvokeAsync(
                RequestCode.RegisterBroker,
                fields,
                body,
                _source.Timeout,
                cancellationToken
            );
            answer.EnsureSuccess();
            _source.FollowOrder(answer.Body.Span);
            if (!_registered)
                CoreLog.Registered(_logger, Address);
            _registered = true;
            return true;
        }
        catch (Exception failure)
            when (failure is IOException or TimeoutException or SocketException or RefusedException)
        {
            CoreLog.RegistrationFailed(_logger, Address, failure.Message);
            _registered = false;
            return false;
        }
    }

    /// <summary>The open connection, or a new one when it broke or the name leads elsewhere now.</summary>
    async Task<RemotingClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client is { } open)
        {
            if (
                open.Connection.IsOpen
                && await StillLeadsThereAsync(open.Connection.RemoteEndPoint.Address, cancellationToken)
            )
                return open;
            _client = null;
            _registered = false;
            await open.DisposeAsync();
        }
        var client = await RemotingClient.ConnectAsync(
            Address,
            new RemotingClientSettings { Time = _time, Logger = _logger },
            cancellationToken
        );
        _client = client;
        _ = client.Completion.ContinueWith(
            _ => Lost(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        return client;
    }

    void Lost()
    {
        if (!_stopping.IsCancellationRequested)
            Wake();
    }

    async Task<bool> StillLeadsThereAsync(IPAddress connected, CancellationToken cancellationToken)
    {
        var host = Address[..Address.LastIndexOf(':')].Trim('[', ']');
        if (IPAddress.TryParse(host, out _))
            return true;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var plain = connected.IsIPv4MappedToIPv6 ? connected.MapToIPv4() : connected;
        if (addresses.Any(a => a.Equals(plain)))
            return true;
        CoreLog.NameServerMoved(_logger, Address, string.Join(", ", (object[])addresses));
        return false;
    }

    async Task UnregisterAsync(RemotingClient client)
    {
        try
        {
            await client.InvokeAsync(RequestCode.UnregisterBroker, _source.Identity(), default, UnregisterTimeout);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException)
        {
            // The name server notices the closed connection as well.
            CoreLog.RegistrationFailed(_logger, Address, failure.Message);
        }
    }
}
