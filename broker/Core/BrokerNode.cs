using System.Net;
using Broker.Core.Configuration;
using Broker.Core.Delay;
using Broker.Core.Filter;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Order;
using Broker.Core.Pop;
using Broker.Core.Pop.Assignment;
using Broker.Core.Pull;
using Broker.Core.Query;
using Broker.Core.Registration;
using Broker.Core.Retry;
using Broker.Core.Send;
using Broker.Core.Stats;
using Broker.Core.Topics;
using Broker.Core.Transactions;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Files;
using Microsoft.Extensions.Logging;

namespace Broker.Core;

/// <summary>
/// One broker: the parts and how they are connected. Its life is <see cref="Open"/> (the store is recovered),
/// <see cref="Listen"/>, <see cref="BecomeMaster"/> (it takes sends and is found by clients), and in the end
/// <see cref="StopAsync"/>.
/// </summary>
public sealed partial class BrokerNode : IAsyncDisposable
{
    /// <summary>
    /// Connections of the port that old clients use for requests that must not wait: the listen port less 2.
    /// </summary>
    const int FastPortDistance = 2;

    readonly BrokerEnvironment _environment;
    readonly ILogger _logger;
    readonly UniqueIdSource _uniqueIds;
    readonly ProcessorTable _processors = new();
    readonly SendProcessor _send;
    readonly PullProcessor _pull;
    readonly PopService _pop;
    readonly RegistrationSource _registrationSource;
    readonly NameServerRegistration _registration;
    readonly RemotingServer _server;
    readonly RequestTurn _changing;
    volatile BrokerStanding _standing;
    int _permission;

    BrokerNode(BrokerOptions options, BrokerEnvironment environment)
    {
        Options = options;
        _environment = environment;
        _logger = environment.Loggers.CreateLogger("Broker.Core");
        StartedAt = Time.GetUtcNow();
        _permission = options.BrokerPermission;
        var address = new IPEndPoint(AdvertisedAddress.Resolve(options.BrokerIp1), options.ListenPort);
        var handles = ShareHandles();
        _uniqueIds = CreateIds(address);
        _standing = new BrokerStanding(isMaster: false, epoch: 0, address, _uniqueIds);
        Store = OpenStore(StoreSettings.Create(options, address, handles));
        Room = new StoreRoom(Store, Time);
        _changing = new RequestTurn("topics, groups or locks", Time);
        Topics = new TopicTable(options, Store, Time, _changing);
        Groups = new SubscriptionGroups(options, Store.Config, Time, _changing);
        ConsumerFilters = new ConsumerFilters(Store.Config, Filters, Time, _logger);
        Consumers = new ConsumerGroups(Time) { Emptied = ConsumerFilters.Left };
        Retries = new RetryLimits(options, Store.Config, Groups, Consumers, Time);
        Consumers.Joined = Retries.Joined;
        Producers = new ProducerGroups(Time);
        Offsets = OffsetLimits.Open(Topics, Store, Time, _logger);
        Delays = new DelayPolicy(Store, DelayLevels.Parse(options.MessageDelayLevel));
        Stats = new BrokerStats(Topics, Time);
        _lag = new ConsumerLag(Offsets, Topics, Store, Time);
        _meter = BrokerMeter.Create(environment.Meters, options);
        Refusals = new Refusals(_meter, Time, _logger);
        _background = new BackgroundLife("Looking after groups and statistics", Time, _logger);
        _slow = new SlowConsumers(options, Store, Topics, Groups, Consumers, Offsets, _meter, _logger);
        _agreements = new AgreementWatch(Groups, Consumers, _logger);
        _delays = new DelayService(Delays, Store, Topics, _meter, Time, _logger);
        Transactions = new TransactionService(this, _meter, _logger);
        Locks = new QueueLocks(Store.Config, _meter, Time, _logger, _changing);
        Timers = CreateTimers();
        _server = new RemotingServer(
            RemotingSettings(options, handles.Connections),
            _processors,
            new RemotingMetrics(environment.Meters, "broker"),
            Time,
            environment.Loggers.CreateLogger("Broker.Remoting")
        );
        _send = new SendProcessor(this, environment.Random);
        _pull = new PullProcessor(this);
        _pop = new PopService(this, _meter, environment.Random, _logger);
        _registrationSource = new RegistrationSource(options, Topics, () => Standing);
        _registration = new NameServerRegistration(
            _registrationSource,
            environment.NameServers ?? (() => options.NamesrvAddr),
            environment.Random,
            Time,
            _logger
        );
        Connect();
    }

    /// <summary>The settings; the live ones change while the broker runs.</summary>
    public BrokerOptions Options { get; }

    /// <summary>The messages.</summary>
    public MessageStore Store { get; }

    /// <summary>The topics.</summary>
    public TopicTable Topics { get; }

    /// <summary>Where requests wait while the store takes nothing.</summary>
    internal StoreRoom Room { get; }

    /// <summary>Connections whose change of topics, groups or locks waits for another one's.</summary>
    internal int StateChangesWaiting => _changing.Waiting;

    /// <summary>The filters of subscriptions' expressions, each parsed once.</summary>
    public MessageFilters Filters { get; } = new();

    /// <summary>Every clock and timer.</summary>
    public TimeProvider Time => _environment.Time;

    /// <summary>What this broker is at the moment.</summary>
    public BrokerStanding Standing => _standing;

    /// <summary>When this node was opened.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Open client connections.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>Pulls that wait for messages.</summary>
    public int HeldPulls => _pull.HeldCount;

    /// <summary>Pops that wait for messages.</summary>
    public int HeldPops => _pop.HeldCount;

    /// <summary>Notifications that wait for messages.</summary>
    public int HeldNotifications => _pop.HeldNotificationCount;

    /// <summary>Pops whose messages are not all acknowledged.</summary>
    public int OpenPops => _pop.CheckpointCount;

    /// <summary>Name servers that know this broker, and all that are configured.</summary>
    public (int Registered, int Configured) NameServers => _registration.Counts;

    /// <summary>The codes that are served, and by whom.</summary>
    public IReadOnlyList<ServedRequest> Requests => _processors.Served;

    /// <summary>Recovers the store and connects the parts; nothing listens yet.</summary>
    /// <exception cref="ConfigException">The settings or the state files cannot be used.</exception>
    /// <exception cref="StoreException">The folder is in use by another process or cannot be used.</exception>
    public static BrokerNode Open(BrokerOptions options, BrokerEnvironment environment)
    {
        var node = new BrokerNode(options, environment);
        CoreLog.Opened(
            node._logger,
            options.StorePathRootDir,
            node.Topics.Count,
            node.Store.MinPosition.Value,
            node.Store.MaxPosition.Value
        );
        return node;
    }

    /// <summary>
    /// Listens for clients and returns the address, whose port the system chose when the configured one is 0. A
    /// fixed port
    /// is also served at its number less 2, where old clients send what must not wait (protocol.md §0.20).
    /// </summary>
    public IPEndPoint Listen()
    {
        var local = IPAddress.Parse(Options.BindAddress);
        var bound = _server.Listen(new IPEndPoint(local, Options.ListenPort));
        if (Options.ListenPort > FastPortDistance)
            _server.Listen(new IPEndPoint(local, Options.ListenPort - FastPortDistance));
        SetStanding(isMaster: false, epoch: 0, new IPEndPoint(Standing.Address.Address, bound.Port));
        return bound;
    }

    /// <summary>
    /// Takes sends from now on and registers at the name servers. Called again with the same epoch it only changes the
    /// address.
    /// </summary>
    /// <param name="epoch">The election's number; 0 for a static master.</param>
    /// <param name="advertisedHost">An address that clients reach; null for the configured one.</param>
    public void BecomeMaster(long epoch, string? advertisedHost = null)
    {
        var host = advertisedHost is null ? Standing.Address.Address : AdvertisedAddress.Resolve(advertisedHost);
        SetStanding(isMaster: true, epoch, new IPEndPoint(host, Standing.Address.Port));
        CoreLog.BecameMaster(_logger, Options.BrokerName, epoch, Standing.Address);
        StartBackground();
        _registration.Start();
        _registration.RegisterNow();
    }

    /// <summary>Refuses sends, leaves the name servers and closes the clients' connections.</summary>
    public async Task StepDownAsync(string reason)
    {
        SetStanding(isMaster: false, Standing.Epoch, Standing.Address);
        CoreLog.SteppedDown(_logger, Options.BrokerName, reason);
        await StopBackgroundAsync();
        await _registration.StopAsync();
        _server.CloseConnections(CloseReason.Stopping);
    }

    /// <summary>
    /// Stops in order: leaves the name servers, refuses sends, answers what waits, closes the connections, writes
    /// and syncs
    /// everything.
    /// </summary>
    /// <param name="grace">How long answers that are under way may take to leave.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        _processors.IsLeaving = true;
        await _registration.StopAsync();
        SetStanding(isMaster: false, Standing.Epoch, Standing.Address);
        await StopBackgroundAsync();
        _pull.Stop();
        _pop.AnswerAll();
        await _server.StopAsync(grace);
        var end = Store.MaxPosition.Value;
        try
        {
            Persist();
        }
        finally
        {
            Store.Dispose();
        }
        CoreLog.Stopped(_logger, end);
    }

    /// <summary>Stops without waiting for answers.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await _registration.DisposeAsync();
        await _server.DisposeAsync();
        _pull.Dispose();
        Room.Dispose();
        _changing.Dispose();
        await Transactions.DisposeAsync();
        _pop.Dispose();
    }

    internal FlushScope Gather() => _server.Gather();

    void Connect()
    {
        _send.Register(_processors);
        _pull.Register(_processors);
        _processors
            .Map(RequestCode.ViewMessageById, new ViewMessageProcessor(Store))
            .Map(RequestCode.QueryMessage, new QueryMessageProcessor(Store, Options, Time), ResponseCode.QueryNotFound);
        new TopicAdmin(Topics, Offsets, Options).Register(_processors);
        new ConfigAdmin(Options, Time, _logger, ConfigChanged).Register(_processors);
        _processors.BatchEnded = EndOfBatch;
        _processors.Admit = Room.Admits;
        _pop.Register(_processors);
        new AssignmentProcessor(
            new RequestModes(Store.Config, Time, _changing),
            new TopicQueues(_registration, Topics, Options, Time),
            Consumers,
            Options
        ).Register(_processors);
        var groupsClosed = ConnectGroups();
        _processors.ConnectionOpened = _ => Stats.Clients.Opened();
        _processors.ConnectionClosed = connection =>
        {
            Stats.Clients.Closed(connection.Reason);
            _pull.Closed(connection);
            _pop.Closed(connection);
            groupsClosed(connection);
        };
        Store.Arrived = Arrived;
        Store.RoundEnded = _server.SendGathered;
        Topics.Changed += _registration.RegisterNow;
        Topics.Deleted += TopicDeleted;
        Groups.Deleted += GroupDeleted;
    }

    void Arrived(in Arrival arrival)
    {
        _pull.Arrived(arrival);
        _pop.Arrived(arrival);
        if (ReferenceEquals(arrival.Queue, Timers.Policy.Queue))
            Timers.Arrived();
    }

    void EndOfBatch()
    {
        Transactions.EndOfBatch();
        Store.EndOfBatch();
    }

    void SetStanding(bool isMaster, long epoch, IPEndPoint address)
    {
        if (!address.Equals(Store.StoreHost))
            Store.StoreHost = address;
        _standing = new BrokerStanding(isMaster, epoch, address, _uniqueIds);
    }

    void ConfigChanged()
    {
        StoreSettings.Apply(Options, Store.Options);
        var permission = Options.BrokerPermission;
        if (Interlocked.Exchange(ref _permission, permission) != permission)
            Topics.PermissionChanged();
        else
            _registration.RegisterNow();
    }

    MessageStore OpenStore(StoreOptions settings) =>
        MessageStore.Open(
            settings,
            _environment.Files,
            Time,
            _environment.Loggers.CreateLogger("Broker.Store"),
            _environment.Meters
        );

    UniqueIdSource CreateIds(IPEndPoint address) =>
        new(new HostAddress(address), Environment.ProcessId, _environment.Random.Next(), Time);

    HandleBudget ShareHandles()
    {
        var all = _environment.Handles;
        var shares = HandleBudget.Of(all, StoreSettings.OpenFilesMax, Options.MaxConnections);
        if (shares.Connections < Options.MaxConnections)
            CoreLog.FewHandles(_logger, all, shares.Connections, Options.MaxConnections);
        return shares;
    }

    static RemotingOptions RemotingSettings(BrokerOptions options, int connections) =>
        new()
        {
            ConnectionsMax = connections,
            Tls = options.Tls,
            TrustedProxies = options.TrustedProxies,
            IdleTimeout = TimeSpan.FromSeconds(options.ServerChannelMaxIdleTimeSeconds),
        };
}
