using System.Net;
using Broker.Core;
using Broker.Host.Http;
using Broker.NameServer;
using Broker.Remoting;
using Broker.Store.Files;
using Broker.Telemetry;

namespace Broker.Host.Roles;

/// <summary>
/// A process's roles while they run. <see cref="StartAsync"/> returns when everything serves; <see cref="StopAsync"/>
/// ends it in order. Several may live in one process, as in tests.
/// </summary>
public sealed class RunningNode : IAsyncDisposable
{
    static readonly TimeSpan RegistrationPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Of the handles of a process that is both, a name server has one in so many: it answers a client now and then.
    /// </summary>
    const int NameServerShare = 4;

    readonly NodeSettings _settings;
    HttpEndpoint? _http;
    BrokerElection? _election;
    bool _ready;
    bool _stopped;

    RunningNode(NodeSettings settings)
    {
        _settings = settings;
        Metrics = new MetricsRegistry(new MetricsOptions(), settings.Time);
        _ = new ProcessMeters(Metrics, settings.Time.GetUtcNow());
    }

    /// <summary>The name server's address, null without one.</summary>
    public IPEndPoint? NameServerAddress { get; private set; }

    /// <summary>The broker's advertised address, null without one.</summary>
    public IPEndPoint? BrokerAddress => Broker?.Standing.Address;

    /// <summary>The HTTP address, null without one.</summary>
    public IPEndPoint? HttpAddress => _http?.Address;

    /// <summary>What a scrape shows.</summary>
    public MetricsRegistry Metrics { get; }

    /// <summary>The name server, null without one.</summary>
    public NameServerNode? NameServer { get; private set; }

    /// <summary>The broker, null without one.</summary>
    public BrokerNode? Broker { get; private set; }

    /// <summary>Ends with an exception when something failed that only a restart can mend.</summary>
    public Task Failure { get; private set; } = Task.Delay(Timeout.InfiniteTimeSpan);

    /// <summary>Starts name server, broker and HTTP, each if the settings ask for it.</summary>
    public static async Task<RunningNode> StartAsync(
        NodeSettings settings,
        CancellationToken cancellationToken = default
    )
    {
        var node = new RunningNode(settings);
        try
        {
            await node.StartPartsAsync(cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Returns when a broker with a name server in the same process is known there, at the latest after the time:
    /// whoever reads that both are ready asks for routes next.
    /// </summary>
    public async Task RegisteredAsync(TimeSpan limit)
    {
        if (Broker is null || NameServer is null)
            return;
        using var timeout = new CancellationTokenSource(limit, _settings.Time);
        while (Broker.NameServers.Registered == 0 && !timeout.IsCancellationRequested)
            await Task.Delay(RegistrationPoll, _settings.Time, CancellationToken.None);
    }

    /// <summary>Stops in order: routes first, then the broker, then the rest.</summary>
    /// <param name="grace">How long answers that are under way may take to leave.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_stopped)
            return;
        _stopped = true;
        _ready = false;
        if (_election is not null)
            await _election.LeaveAsync();
        try
        {
            if (Broker is not null)
                await Broker.StopAsync(grace);
        }
        finally
        {
            await StopRestAsync(grace);
        }
    }

    /// <summary>Stops without waiting for answers.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    async Task StopRestAsync(TimeSpan grace)
    {
        if (_election is not null)
        {
            await _election.ReleaseAsync();
            await _election.DisposeAsync();
        }
        if (NameServer is not null)
            await NameServer.StopAsync(grace);
        if (_http is not null)
            await _http.DisposeAsync();
        Metrics.Dispose();
    }

    async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        // First, so that a long recovery does not look like a dead process.
        if (_settings.HttpAddress is { } http)
            _http = await HttpEndpoint.StartAsync(http, Metrics, Health(), _settings.Loggers, cancellationToken);
        var handles = HandleBudget.Limit;
        if (_settings.NameServer is { } options)
        {
            var most = new RemotingOptions().ConnectionsMax;
            var own = _settings.Broker is null ? handles : handles / NameServerShare;
            var connections = HandleBudget.Of(own, storeFilesMax: 0, most).Connections;
            handles -= connections;
            NameServer = new NameServerNode(
                options,
                new RemotingOptions
                {
                    Tls = _settings.NameServerTls,
                    TrustedProxies = _settings.NameServerProxies,
                    ConnectionsMax = connections,
                },
                Metrics,
                _settings.Time,
                _settings.Loggers
            );
            NameServerAddress = NameServer.Start(_settings.NameServerAddress);
        }
        if (_settings.Broker is { } broker)
        {
            Broker = BrokerNode.Open(
                broker,
                new BrokerEnvironment
                {
                    Files = _settings.Files,
                    Time = _settings.Time,
                    Loggers = _settings.Loggers,
                    Meters = Metrics,
                    Random = new Random(),
                    Handles = handles,
                    NameServers = RegisterAt,
                }
            );
            Broker.Listen();
            Failure = Broker.Store.Failure;
            if (broker.ElectionLease.Length > 0)
            {
                _election = BrokerElection.Start(Broker, _settings, Metrics);
                Failure = Task.WhenAny(Broker.Store.Failure, _election.Running).Unwrap();
            }
            else
                Broker.BecomeMaster(epoch: 0);
        }
        _ready = true;
    }

    string RegisterAt()
    {
        var configured = _settings.RegisterAt?.Invoke() ?? _settings.Broker!.NamesrvAddr;
        if (NameServerAddress is not { } own)
            return configured;
        var reachable = Reachable.At(own);
        return configured.Length == 0 ? reachable.ToString() : $"{reachable};{configured}";
    }

    HealthSource Health() =>
        new(
            Live: () =>
                Broker?.Store.Failure is { IsFaulted: true } failure
                    ? $"the log cannot be written: {failure.Exception!.GetBaseException().Message}"
                    : null,
            Ready: () =>
                _ready ? null
                : _stopped ? "stopping"
                : "starting: the store is being recovered",
            NameServers: reached =>
                NameServerAddress is not { } own ? null
                : _settings.NameServerList?.Invoke() is { Length: > 0 } configured ? configured
                : Reachable.At(own, reached).ToString()
        );
}
