using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Operator.Control.Apply;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Resources;
using Operator.KubeClient.Transport;
using Operator.Plan;
using Operator.Plan.Instances;

namespace Operator.Control.Observe;

/// <summary>
/// The operator's view of a cluster: one cache for each kind that it reconciles or makes, fed by list and watch. Owned
/// kinds are selected by label, so that what others have in the cluster costs no memory here.
/// </summary>
sealed class ClusterCaches
{
    readonly OperatorEnvironment _environment;
    readonly IReadOnlyList<string?> _namespaces;
    readonly ILogger _logger;
    readonly Dictionary<string, IKindCache> _all = [];
    readonly Dictionary<Type, IChildKind> _writers = [];

    /// <param name="environment">
    /// The API server, and its version, by which the versions of two APIs are chosen.
    /// </param>
    /// <param name="namespaces">The namespaces to watch; empty means all.</param>
    public ClusterCaches(OperatorEnvironment environment, IReadOnlyList<string> namespaces)
    {
        _environment = environment;
        _namespaces = namespaces.Count == 0 ? [null] : [.. namespaces];
        _logger = environment.Logging.CreateLogger("Watch");
        var version = environment.Version;
        ResourcePath? slices = version.IsAtLeast(1, 21) ? null : new("discovery.k8s.io", "v1beta1", "endpointslices");
        ResourcePath? budgets = version.IsAtLeast(1, 21) ? null : new("policy", "v1beta1", "poddisruptionbudgets");
        Instances = Own<RocketMQInstance>(i => ObjectKey.Of(i).ToString());
        Topics = Own<Topic>(t => InstanceReferences.Of(t).ToString());
        Groups = Own<Group>(g => InstanceReferences.Of(g).ToString());
        StatefulSets = Child<V1StatefulSet>();
        Services = Child<V1Service>();
        EndpointSlices = Child<V1EndpointSlice>(slices);
        Leases = Child<V1Lease>();
        ConfigMaps = Child<V1ConfigMap>();
        ServiceAccounts = Child<V1ServiceAccount>();
        Roles = Child<V1Role>();
        RoleBindings = Child<V1RoleBinding>();
        DisruptionBudgets = Child<V1PodDisruptionBudget>(budgets);
        Pods = Child<V1Pod>();
        Claims = Child<V1PersistentVolumeClaim>();
    }

    public KindCache<RocketMQInstance> Instances { get; }

    public KindCache<Topic> Topics { get; }

    public KindCache<Group> Groups { get; }

    public KindCache<V1StatefulSet> StatefulSets { get; }

    public KindCache<V1Service> Services { get; }

    public KindCache<V1EndpointSlice> EndpointSlices { get; }

    public KindCache<V1Lease> Leases { get; }

    public KindCache<V1ConfigMap> ConfigMaps { get; }

    public KindCache<V1ServiceAccount> ServiceAccounts { get; }

    public KindCache<V1Role> Roles { get; }

    public KindCache<V1RoleBinding> RoleBindings { get; }

    public KindCache<V1PodDisruptionBudget> DisruptionBudgets { get; }

    public KindCache<V1Pod> Pods { get; }

    public KindCache<V1PersistentVolumeClaim> Claims { get; }

    /// <summary>The caches by kind, for health and metrics.</summary>
    public IReadOnlyDictionary<string, IKindCache> All => _all;

    /// <summary>The writes of children by type.</summary>
    public IReadOnlyDictionary<Type, IChildKind> Writers => _writers;

    /// <summary>Whether everything has been listed once.</summary>
    public bool HaveSynced => _all.Values.All(c => c.HasSynced);

    /// <summary>
    /// The age of the quietest watch: a silent one is asked after, so more than a few minutes mean trouble.
    /// </summary>
    public TimeSpan Age => _all.Values.Max(c => c.Age);

    /// <summary>Why something cannot be seen in a namespace; null while everything can.</summary>
    public string? Refusal(string @namespace) =>
        _all.Values.Select(c => c.Refusal(@namespace)).FirstOrDefault(r => r is not null);

    /// <summary>Lists and watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_all.Values.Select(c => c.RunAsync(cancellationToken)));

    /// <summary>Completes when everything has been listed once.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_all.Values.Select(c => c.WaitForSyncAsync(cancellationToken)));

    /// <summary>Everything that exists of an instance.</summary>
    public InstanceChildren ChildrenOf(ObjectKey instance) =>
        new()
        {
            StatefulSets = StatefulSets.OfInstance(instance),
            Services = Services.OfInstance(instance),
            EndpointSlices = EndpointSlices.OfInstance(instance),
            Leases = Leases.OfInstance(instance),
            ConfigMaps = ConfigMaps.OfInstance(instance),
            ServiceAccounts = ServiceAccounts.OfInstance(instance),
            Roles = Roles.OfInstance(instance),
            RoleBindings = RoleBindings.OfInstance(instance),
            DisruptionBudgets = DisruptionBudgets.OfInstance(instance),
            Pods = Pods.OfInstance(instance),
            Claims = Claims.OfInstance(instance),
        };

    KindCache<T> Own<T>(Func<T, string> index)
        where T : class, IKubernetesObject<V1ObjectMeta> => Make(_environment.Kubernetes.Resources<T>(), null, index);

    KindCache<T> Child<T>(ResourcePath? at = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var client = _environment.Kubernetes.Resources<T>(at);
        var cache = Make(client, Labels.Instance, InstanceOf);
        _writers.Add(typeof(T), new ChildKind<T>(client, cache));
        return cache;
    }

    static string? InstanceOf(IKubernetesObject<V1ObjectMeta> child) =>
        child.Metadata.Labels?.TryGetValue(Labels.Instance, out var name) == true
            ? $"{child.Metadata.NamespaceProperty}/{name}"
            : null;

    KindCache<T> Make<T>(ResourceClient<T> client, string? labelSelector, Func<T, string?> index)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var informers = _namespaces.Select(name => new Informer<T>(
            client,
            new InformerOptions<T>
            {
                Namespace = name,
                LabelSelector = labelSelector,
                Indexes = new Dictionary<string, Func<T, IEnumerable<string>>>
                {
                    [KindCache<T>.ByInstance] = o => index(o) is { } value ? [value] : [],
                },
            },
            _environment.Time,
            _environment.DrawRandom(),
            _logger
        ));
        var cache = new KindCache<T>([.. informers], index, _environment.Time);
        _all.Add(typeof(T).Name, cache);
        return cache;
    }
}
