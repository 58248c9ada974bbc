using Broker.Remoting;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Operator.Control.Admin;
using Operator.Control.Apply;
using Operator.Control.Catalogues;
using Operator.Control.Events;
using Operator.Control.Groups;
using Operator.Control.Instances;
using Operator.Control.Observe;
using Operator.Control.Topics;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Queues;
using Operator.KubeClient.Resources;
using Operator.Plan;

namespace Operator.Control;

/// <summary>
/// One operator: the caches, which every replica keeps warm, and the passes, which only the leader makes.
/// <see cref="WatchAsync"/> and <see cref="ReconcileAsync"/> run side by side.
/// </summary>
public sealed class OperatorRuntime : IAsyncDisposable
{
    readonly OperatorSettings _settings;
    readonly OperatorEnvironment _environment;
    readonly ILogger _logger;
    readonly ControlMeters _meters;
    readonly ClusterCaches _caches;
    readonly FailureBackoff _backoff;
    readonly AdminConnections _connections;
    Triggers? _triggers;

    /// <param name="settings">What this install is told.</param>
    /// <param name="environment">What it runs in.</param>
    public OperatorRuntime(OperatorSettings settings, OperatorEnvironment environment)
    {
        _settings = settings;
        _environment = environment;
        _logger = environment.Logging.CreateLogger("Operator");
        _meters = new ControlMeters(environment.Metrics);
        _caches = new ClusterCaches(environment, settings.WatchNamespaces);
        _backoff = new FailureBackoff(environment.Time, environment.DrawRandom());
        _meters.Observe(
            new Dictionary<string, Func<int>>
            {
                ["RocketMQInstance"] = () => _caches.Instances.Count,
                ["Topic"] = () => _caches.Topics.Count,
                ["Group"] = () => _caches.Groups.Count,
            },
            () => _backoff.Count
        );
        _connections = new AdminConnections(
            new RemotingClientSettings
            {
                Time = environment.Time,
                Metrics = new RemotingMetrics(environment.Metrics, "operator"),
            }
        );
    }

    /// <summary>Whether everything has been listed once.</summary>
    public bool HasSynced => _caches.HaveSynced;

    /// <summary>The age of the quietest watch.</summary>
    public TimeSpan Age => _caches.Age;

    /// <summary>
    /// Asks for a pass over every instance and its topics and groups; nothing happens while it does not lead.
    /// </summary>
    internal void Wake() => Volatile.Read(ref _triggers)?.WakeAll();

    /// <summary>Keeps the caches until cancelled.</summary>
    public Task WatchAsync(CancellationToken cancellationToken) => _caches.RunAsync(cancellationToken);

    /// <summary>Makes passes until cancelled; begins when the caches are filled.</summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await _caches.WaitForSyncAsync(cancellationToken);
        using var instances = Queue("instances");
        using var catalogues = Queue("catalogues");
        var recorder = new EventRecorder(
            _environment.Kubernetes.Resources<Corev1Event>(),
            Labels.Operator,
            _environment.Time,
            _logger
        );
        var instanceWork = InstanceWork(recorder);
        var catalogueWork = CatalogueWork(recorder);
        var triggers = new Triggers(_caches, instances, catalogues);
        triggers.Connect();
        Volatile.Write(ref _triggers, triggers);
        await Task.WhenAll(
            Pool(instances, instanceWork.ReconcileAsync).RunAsync(cancellationToken),
            Pool(catalogues, catalogueWork.ReconcileAsync).RunAsync(cancellationToken)
        );
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    InstanceController InstanceWork(EventRecorder recorder)
    {
        var client = _environment.Kubernetes.Resources<RocketMQInstance>();
        return new InstanceController(
            _caches,
            new InstanceReader(
                _caches,
                new BrokerAdmin(_connections),
                new NameServerAdmin(_connections),
                _settings,
                _environment.Planner,
                _environment.Time,
                _environment.DrawRandom()
            ),
            new Applier(_caches.Writers, _backoff, new TrimPauses(_environment.Time), _logger),
            client,
            new StatusWriter<RocketMQInstance, InstanceStatus>(
                client,
                _caches.Instances,
                _backoff,
                _environment.Time,
                _logger
            ),
            new FinalizerWriter<RocketMQInstance>(client, _caches.Instances, _backoff),
            recorder,
            _meters,
            _environment.Time,
            _logger
        );
    }

    CatalogueController CatalogueWork(EventRecorder recorder)
    {
        var brokers = new BrokerAdmin(_connections);
        var nameServers = new NameServerAdmin(_connections);
        var topicStatuses = new StatusWriter<Topic, TopicStatus>(
            _environment.Kubernetes.Resources<Topic>(),
            _caches.Topics,
            _backoff,
            _environment.Time,
            _logger
        );
        var groupStatuses = new StatusWriter<Group, GroupStatus>(
            _environment.Kubernetes.Resources<Group>(),
            _caches.Groups,
            _backoff,
            _environment.Time,
            _logger
        );
        var orders = new OrderTables(nameServers, _settings, _environment.Time, _environment.DrawRandom(), _logger);
        return new CatalogueController(
            _caches,
            _settings.WatchNamespaces,
            [
                Pass(new TopicCatalogue(brokers, nameServers, orders), _caches.Topics, recorder),
                Pass(new GroupCatalogue(brokers), _caches.Groups, recorder),
                new OffsetResetPass(
                    brokers,
                    _caches.Groups,
                    groupStatuses,
                    recorder,
                    _backoff,
                    _environment.Time,
                    _logger
                ),
                new TopicRoutesPass(nameServers, _caches.Topics, topicStatuses, _settings, _environment.Time),
                new GroupClientsPass(brokers, _caches.Groups, groupStatuses, _settings, _environment.Time),
            ],
            _meters,
            _environment.Time
        );
    }

    RemotePass<TEntity, TStatus, TConfig, TSettings> Pass<TEntity, TStatus, TConfig, TSettings>(
        IRemoteCatalogue<TEntity, TStatus, TConfig, TSettings> catalogue,
        KindCache<TEntity> cache,
        EventRecorder recorder
    )
        where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
        where TStatus : class
        where TConfig : class
        where TSettings : struct
    {
        var client = _environment.Kubernetes.Resources<TEntity>();
        return new RemotePass<TEntity, TStatus, TConfig, TSettings>(
            catalogue,
            cache,
            new StatusWriter<TEntity, TStatus>(client, cache, _backoff, _environment.Time, _logger),
            new FinalizerWriter<TEntity>(client, cache, _backoff),
            new RemoteChanges<TEntity, TStatus, TConfig, TSettings>(catalogue, _backoff, _meters, _logger),
            recorder,
            _settings,
            _environment.Time,
            _environment.DrawRandom()
        );
    }

    WorkQueue<ObjectKey> Queue(string name) =>
        new(
            new WorkQueueOptions { Name = name },
            _environment.Time,
            _environment.DrawRandom(),
            _environment.Kubernetes.Transport.Meters,
            key => key.ToString()
        );

    WorkerPool<ObjectKey> Pool(
        WorkQueue<ObjectKey> queue,
        Func<WorkItem<ObjectKey>, CancellationToken, Task<WorkOutcome>> work
    ) => new(queue, _settings.Workers, work, _environment.Time, _logger);
}
