using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api.Instances;
using Operator.Plan;
using Operator.Plan.Actions;
using Operator.Plan.Instances;
using Operator.Plan.Remote;

namespace Operator.Tests.Plan;

/// <summary>
/// A cluster as far as an instance's planner can see it: it carries out what a plan asks for the way an API server
/// does,
/// with defaults added and quantities re-spelt, and moves pods when it is told to.
/// </summary>
sealed class World
{
    readonly Dictionary<(Type Type, string Name), IKubernetesObject<V1ObjectMeta>> objects = [];
    int address = 10;

    public World(InstanceSpec? spec = null)
    {
        Instance = new RocketMQInstance
        {
            Metadata = new V1ObjectMeta
            {
                Name = "orders",
                NamespaceProperty = "shop",
                Uid = "1f2e3d4c-0000-4000-8000-a1b2c3d4e5f6",
                Generation = 1,
            },
            Spec = spec ?? new InstanceSpec(),
        };
    }

    public RocketMQInstance Instance { get; private set; }

    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public PlannerSettings Settings { get; init; } = new() { Image = "rocketmq:1" };

    /// <summary>The name servers that do not answer the operator.</summary>
    public HashSet<string> Silent { get; } = [];

    /// <summary>Which address each name server has for each group.</summary>
    public Dictionary<(string NameServer, string Group), string> Routes { get; } = [];

    /// <summary>What brokers say of their configuration.</summary>
    public List<string> IgnoredSettings { get; } = [];

    public string? ChildrenUnseen { get; set; }

    public bool NamespaceTerminating { get; set; }

    public List<PlannedEvent> Events { get; } = [];

    /// <summary>Every status that was written.</summary>
    public List<InstanceStatus> Statuses { get; } = [];

    public InstanceStatus Status => Instance.Status;

    /// <summary>A new generation of the spec, as a person applies it.</summary>
    public void Change(Func<InstanceSpec, InstanceSpec> change)
    {
        Instance.Spec = change(Instance.Spec);
        Instance.Metadata.Generation++;
    }

    public T? Find<T>(string name)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        objects.TryGetValue((typeof(T), name), out var found) ? (T)found : null;

    public void Remove<T>(string name) => Assert(objects.Remove((typeof(T), name)));

    public void Put<T>(T value)
        where T : class, IKubernetesObject<V1ObjectMeta> => objects[(value.GetType(), value.Metadata.Name!)] = value;

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Everything() => [.. objects.Values];

    public IReadOnlyList<T> All<T>() => [.. objects.Values.OfType<T>()];

    /// <summary>One pass, carried out; returns what it asked for.</summary>
    public IReadOnlyList<PlannedAction> Pass(params ActionFailure[] failures)
    {
        var plan = InstancePlanner.Plan(Observe());
        foreach (var action in plan.Actions.Where(a => failures.All(f => f.Child != a.Child)))
            Carry(action);
        if (plan.Finalizer == FinalizerStep.Add)
            Instance.Metadata.Finalizers = [Finalizers.Name];
        if (plan.Finalizer == FinalizerStep.Remove && failures.Length == 0)
            Instance.Metadata.Finalizers = null;
        var outcome = plan.Outcome(failures);
        Events.AddRange(outcome.Events);
        if (outcome.Status is { } status)
        {
            Statuses.Add(status);
            Instance.Status = RoundTrip(status);
        }
        return plan.Actions;
    }

    /// <summary>Carries out a part of a plan, as an operator that dies then does.</summary>
    public void Carry(IEnumerable<PlannedAction> actions)
    {
        foreach (var action in actions.ToList())
            Carry(action);
    }

    public InstanceObservation Observe() =>
        new()
        {
            Instance = Instance,
            Settings = Settings,
            Now = Now,
            NamespaceTerminating = NamespaceTerminating,
            Children = ChildrenUnseen is { } cause
                ? Observed.Unknown<InstanceChildren>(cause)
                : Observed.Known(Children()),
            NameServers = All<V1Pod>()
                .Where(p => p.Metadata.Name!.StartsWith("orders-ns-", StringComparison.Ordinal))
                .ToDictionary(p => p.Metadata.Name!, p => View(p.Metadata.Name!)),
            Brokers = All<V1Lease>()
                .Where(l => !string.IsNullOrEmpty(l.Spec?.HolderIdentity))
                .ToDictionary(l => l.Metadata.Name!, _ => Observed.Known(new BrokerView("V5_3_3", IgnoredSettings))),
        };

    /// <summary>The StatefulSet controller and the kubelets: every pod exists and is ready.</summary>
    public void StartPods()
    {
        foreach (var set in All<V1StatefulSet>())
        {
            for (var i = 0; i < set.Spec!.Replicas; i++)
            {
                var name = $"{set.Metadata.Name}-{i}";
                if (Find<V1Pod>(name) is null)
                    Put(Pod(set, name));
                Ready(name);
                foreach (var template in set.Spec.VolumeClaimTemplates ?? [])
                    Claim(template, name);
            }
        }
    }

    /// <summary>Each group's first pod wins the election and registers at every name server.</summary>
    public void Elect(long epoch = 1)
    {
        foreach (var lease in All<V1Lease>())
        {
            var group = lease.Metadata.Name!;
            Put(
                lease with
                {
                    Metadata = lease.Metadata with
                    {
                        Annotations = new Dictionary<string, string>
                        {
                            ["rocketmq.io/epoch"] = $"{epoch}",
                            ["rocketmq.io/in-sync"] = $"store-{group}={group}-0",
                        },
                    },
                    Spec = lease.Spec! with { HolderIdentity = $"store-{group}" },
                }
            );
            var service = Find<V1Service>($"{group}-{(epoch % 2 == 0 ? 'a' : 'b')}")!;
            foreach (
                var pod in All<V1Pod>()
                    .Select(p => p.Metadata.Name!)
                    .Where(n => n.StartsWith("orders-ns-", StringComparison.Ordinal))
            )
                Routes[(pod, group)] = $"{service.Spec!.ClusterIP}:10911";
        }
    }

    /// <summary>From nothing to a steady, ready instance.</summary>
    public World Settled()
    {
        Pass();
        StartPods();
        Elect();
        Pass();
        Pass();
        return this;
    }

    public void Ready(string pod, bool ready = true) =>
        Set(
            pod,
            p =>
                p with
                {
                    Status = new V1PodStatus
                    {
                        Conditions = [new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False" }],
                    },
                }
        );

    public void Set<T>(string name, Func<T, T> change)
        where T : class, IKubernetesObject<V1ObjectMeta> => Put(change(Find<T>(name)!));

    public void Set(string pod, Func<V1Pod, V1Pod> change) => Put(change(Find<V1Pod>(pod)!));

    public void Waiting(string pod, string reason, string? message = null) =>
        Set(
            pod,
            p =>
                p with
                {
                    Status = new V1PodStatus
                    {
                        ContainerStatuses =
                        [
                            new V1ContainerStatus
                            {
                                Name = "broker",
                                Image = "rocketmq:1",
                                ImageID = "",
                                Ready = false,
                                RestartCount = 3,
                                State = new V1ContainerState
                                {
                                    Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message },
                                },
                            },
                        ],
                    },
                }
        );

    V1Pod Pod(V1StatefulSet set, string name) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = "shop",
                Uid = $"uid-{name}",
                CreationTimestamp = Now.UtcDateTime,
                Labels = new Dictionary<string, string>(set.Spec!.Template.Metadata!.Labels!),
                Annotations = new Dictionary<string, string>(set.Spec.Template.Metadata.Annotations!),
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = "apps/v1",
                        Kind = "StatefulSet",
                        Name = set.Metadata.Name!,
                        Uid = "u",
                        Controller = true,
                    },
                ],
            },
        };

    void Claim(V1PersistentVolumeClaim template, string pod)
    {
        var name = $"data-{pod}";
        if (Find<V1PersistentVolumeClaim>(name) is null)
        {
            var labels = new Dictionary<string, string>(template.Metadata.Labels!);
            Put(
                template with
                {
                    Metadata = new V1ObjectMeta
                    {
                        Name = name,
                        NamespaceProperty = "shop",
                        Uid = $"uid-{name}",
                        Labels = labels,
                    },
                }
            );
        }
    }

    Observed<NameServerView> View(string pod) =>
        Silent.Contains(pod)
            ? Observed.Unknown<NameServerView>($"{pod} did not answer")
            : Observed.Known(
                new NameServerView(
                    Routes.Where(r => r.Key.NameServer == pod).ToDictionary(r => r.Key.Group, r => r.Value)
                )
            );

    InstanceChildren Children() =>
        new()
        {
            StatefulSets = All<V1StatefulSet>(),
            Services = All<V1Service>(),
            EndpointSlices = All<V1EndpointSlice>(),
            Leases = All<V1Lease>(),
            ConfigMaps = All<V1ConfigMap>(),
            ServiceAccounts = All<V1ServiceAccount>(),
            Roles = All<V1Role>(),
            RoleBindings = All<V1RoleBinding>(),
            DisruptionBudgets = All<V1PodDisruptionBudget>(),
            Pods = All<V1Pod>(),
            Claims = All<V1PersistentVolumeClaim>(),
        };

    void Carry(PlannedAction action)
    {
        switch (action)
        {
            case ApplyChild apply:
                Apply(apply.Desired);
                break;
            case CreateChild create:
                Apply(create.Desired);
                break;
            case DisownChild disown:
                disown.Live.Metadata.OwnerReferences = disown.Kept.Count == 0 ? null : [.. disown.Kept];
                break;
            case TrimChild trim:
                Trim(trim);
                break;
            case DeleteChild delete:
                Assert(objects.Remove((delete.Live.GetType(), delete.Live.Metadata.Name!)));
                break;
            default:
                throw new InvalidOperationException(action.GetType().Name);
        }
    }

    /// <summary>
    /// Merges member by member, which is what server-side apply comes to where one manager owns everything.
    /// </summary>
    void Apply(IKubernetesObject<V1ObjectMeta> desired)
    {
        var key = (desired.GetType(), desired.Metadata.Name!);
        var node = KubernetesJson.SerializeToNode(desired).AsObject();
        if (objects.TryGetValue(key, out var live))
        {
            var merged = KubernetesJson.SerializeToNode(live).AsObject();
            if (live is V1ConfigMap)
                merged.Remove("data"); // what one manager had set and sets no longer goes
            Merge(merged, node);
            node = merged;
        }
        if (key.Item1 == typeof(V1StatefulSet))
            node["spec"]!["revisionHistoryLimit"] = 10; // a default of the server
        if (key.Item1 == typeof(V1Service) && node["spec"]!["clusterIP"] is null)
            node["spec"]!["clusterIP"] = $"10.0.0.{address++}";
        objects[key] =
            (IKubernetesObject<V1ObjectMeta>)
                System.Text.Json.JsonSerializer.Deserialize(node, KubernetesJson.Options.GetTypeInfo(key.Item1))!;
    }

    void Trim(TrimChild trim)
    {
        var type = trim.Live.GetType();
        var node = KubernetesJson.SerializeToNode(objects[(type, trim.Live.Metadata.Name!)]);
        foreach (var (pointer, _) in trim.Fields)
        {
            var steps = pointer[1..].Split('/').Select(s => s.Replace("~1", "/").Replace("~0", "~")).ToList();
            var parent = steps.SkipLast(1).Aggregate(node, (at, s) => at is JsonArray a ? a[int.Parse(s)]! : at[s]!);
            if (parent is JsonArray list)
                list.RemoveAt(int.Parse(steps[^1]));
            else
                Assert(parent.AsObject().Remove(steps[^1]));
        }
        objects[(type, trim.Live.Metadata.Name!)] =
            (IKubernetesObject<V1ObjectMeta>)
                System.Text.Json.JsonSerializer.Deserialize(node, KubernetesJson.Options.GetTypeInfo(type))!;
    }

    static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject map && into[key] is JsonObject there)
                Merge(there, map);
            else
                into[key] = value?.DeepClone();
        }
    }

    static InstanceStatus RoundTrip(InstanceStatus status) =>
        KubernetesJson.Deserialize<InstanceStatus>(KubernetesJson.Serialize(status));

    static void Assert(bool holds) => Xunit.Assert.True(holds);
}
