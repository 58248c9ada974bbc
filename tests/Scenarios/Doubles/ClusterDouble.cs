using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using Operator.Plan;
using Scenarios.ApiServer;

namespace Scenarios.Doubles;

/// <summary>
/// The rest of a cluster around the API server: the StatefulSet controller, kubelets, and brokers that elect a master
/// as soon as they run. It sees every change, and makes its own past the faults and the record of calls.
/// </summary>
sealed class ClusterDouble : IAsyncDisposable
{
    const string StatefulSets = "statefulsets.apps";
    const string Pods = "pods";
    const string Leases = "leases.coordination.k8s.io";
    const string Slices = "endpointslices.discovery.k8s.io";
    const string Services = "services";
    const string Claims = "persistentvolumeclaims";

    readonly InMemoryApiServer _server;
    readonly Channel<(string Kind, string Resource, JsonObject Object)> _changes = Channel.CreateUnbounded<(
        string,
        string,
        JsonObject
    )>();
    readonly ConcurrentDictionary<string, PodDouble> _running = new();
    readonly ConcurrentDictionary<string, string> _stores = new();
    readonly Task _work;

    public ClusterDouble(InMemoryApiServer server)
    {
        _server = server;
        server.Objects.OnChange((kind, resource, json) => _changes.Writer.TryWrite((kind, resource, json)));
        _work = WorkAsync();
    }

    /// <summary>What went wrong in here, which no test wants to overlook.</summary>
    public ConcurrentQueue<Exception> Errors { get; } = new();

    /// <summary>The pods that run, by <c>namespace/name</c>.</summary>
    public IReadOnlyDictionary<string, PodDouble> Running => _running;

    /// <summary>Whether pods become ready; one that does not is running and not asked.</summary>
    public bool PodsBecomeReady { get; set; } = true;

    /// <summary>Whether a node takes the pod; one that none takes stays Pending.</summary>
    public Func<V1Pod, bool> HasNode { get; set; } = _ => true;

    public BrokerDouble Broker(string @namespace, string pod) => _running[$"{@namespace}/{pod}"].Broker!;

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.Complete();
        await _work;
        foreach (var pod in _running.Values)
            await pod.DisposeAsync();
    }

    async Task WorkAsync()
    {
        await foreach (var (kind, resource, json) in _changes.Reader.ReadAllAsync())
        {
            try
            {
                await ReactAsync(kind, resource, json);
            }
            catch (Exception e)
            {
                Errors.Enqueue(e);
            }
        }
    }

    async Task ReactAsync(string kind, string resource, JsonObject json)
    {
        switch (resource)
        {
            case StatefulSets when kind != "DELETED":
                Scale(KubernetesJson.Deserialize<V1StatefulSet>(json));
                break;
            case Pods when kind == "ADDED":
                await StartAsync(KubernetesJson.Deserialize<V1Pod>(json));
                break;
            case Pods when kind == "DELETED":
                await StopAsync(KubernetesJson.Deserialize<V1Pod>(json));
                break;
            case Services when kind == "ADDED":
                await RegisterAllAsync(
                    (string)json["metadata"]!["namespace"]!,
                    (string?)json["metadata"]!["labels"]?[Labels.Instance] ?? ""
                );
                break;
            case Leases or Slices when kind == "ADDED":
                await ElectAsync(
                    (string)json["metadata"]!["namespace"]!,
                    (string?)json["metadata"]!["labels"]?[Labels.Instance],
                    (string?)json["metadata"]!["labels"]?[Labels.Group]
                );
                break;
        }
    }

    /// <summary>The StatefulSet controller: makes the pods and claims that are missing.</summary>
    void Scale(V1StatefulSet set)
    {
        if (set.Metadata.DeletionTimestamp is not null)
            return;
        for (var ordinal = 0; ordinal < (set.Spec!.Replicas ?? 1); ordinal++)
        {
            var name = $"{set.Metadata.Name}-{ordinal}";
            foreach (var template in set.Spec.VolumeClaimTemplates ?? [])
                Claim(set, template, $"{template.Metadata.Name}-{name}");
            if (_server.Objects.Find(Pods, set.Metadata.NamespaceProperty!, name) is null)
                _server.Objects.Create(Pods, Pod(set, name));
        }
    }

    void Claim(V1StatefulSet set, V1PersistentVolumeClaim template, string name)
    {
        if (_server.Objects.Find(Claims, set.Metadata.NamespaceProperty!, name) is not null)
            return;
        var claim = (JsonObject)KubernetesJson.SerializeToNode(template);
        claim["metadata"]!["name"] = name;
        claim["metadata"]!["namespace"] = set.Metadata.NamespaceProperty;
        _server.Objects.Create(Claims, claim);
    }

    static JsonObject Pod(V1StatefulSet set, string name)
    {
        var pod = (JsonObject)KubernetesJson.SerializeToNode(set.Spec!.Template);
        var metadata = pod["metadata"]!.AsObject();
        metadata["name"] = name;
        metadata["namespace"] = set.Metadata.NamespaceProperty;
        metadata["labels"]!["statefulset.kubernetes.io/pod-name"] = name;
        metadata["ownerReferences"] = new JsonArray(
            new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = "StatefulSet",
                ["name"] = set.Metadata.Name,
                ["uid"] = set.Metadata.Uid,
                ["controller"] = true,
            }
        );
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        return pod;
    }

    /// <summary>A kubelet, and what the process does before it is ready.</summary>
    async Task StartAsync(V1Pod pod)
    {
        if (!HasNode(pod))
        {
            LeaveUnscheduled(pod);
            return;
        }

        var @namespace = pod.Metadata.NamespaceProperty!;
        var labels = pod.Metadata.Labels!;
        var instance = labels[Labels.Instance];
        var isNameServer = labels[Labels.Component] == Labels.NameServer;
        var label = labels.TryGetValue(Labels.Group, out var found) ? found : null;
        var process = new PodDouble(
            pod.Metadata.Name!,
            pod.Metadata.Uid!,
            isNameServer,
            label is null ? "" : $"{instance}-{label}"
        );
        _running[$"{@namespace}/{pod.Metadata.Name}"] = process;
        if (isNameServer)
            await RegisterAllAsync(@namespace, instance);
        else
        {
            process.Broker!.Cluster = instance;
            await ElectAsync(@namespace, instance, label);
        }
        _server.Objects.Change<V1Pod>(
            @namespace,
            pod.Metadata.Name!,
            p =>
                p.Status = new V1PodStatus
                {
                    Phase = "Running",
                    PodIP = process.Ip.ToString(),
                    Conditions = [new V1PodCondition { Type = "Ready", Status = PodsBecomeReady ? "True" : "False" }],
                },
            "status"
        );
    }

    void LeaveUnscheduled(V1Pod pod) =>
        _server.Objects.Change<V1Pod>(
            pod.Metadata.NamespaceProperty!,
            pod.Metadata.Name!,
            p =>
                p.Status = new V1PodStatus
                {
                    Phase = "Pending",
                    Conditions =
                    [
                        new V1PodCondition
                        {
                            Type = "PodScheduled",
                            Status = "False",
                            Reason = "Unschedulable",
                            Message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
                        },
                    ],
                },
            "status"
        );

    async Task StopAsync(V1Pod pod)
    {
        if (_running.TryRemove($"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}", out var process))
            await process.DisposeAsync();
        var owner = pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Kind == "StatefulSet");
        var set = owner is null
            ? null
            : _server.Objects.Find<V1StatefulSet>(pod.Metadata.NamespaceProperty!, owner.Name);
        if (set is not null && set.Metadata.Uid == owner!.Uid)
            Scale(set);
    }

    /// <summary>The group's broker takes the Lease, leads the master Services to itself and registers.</summary>
    async Task ElectAsync(string @namespace, string? instance, string? label)
    {
        if (instance is null || label is null)
            return;
        var group = $"{instance}-{label}";
        var process = _running.Values.FirstOrDefault(p =>
            p.Group == group && _running.ContainsKey($"{@namespace}/{p.Name}")
        );
        if (process is null || _server.Objects.Find(Leases, @namespace, group) is null)
            return;
        var store = _stores.GetOrAdd($"{@namespace}/{process.Name}", _ => Guid.NewGuid().ToString("N"));
        var epoch = 1L;
        _server.Objects.Change(
            Leases,
            @namespace,
            group,
            lease =>
            {
                var annotations = lease["metadata"]!["annotations"] as JsonObject ?? [];
                epoch = long.Parse((string?)annotations["rocketmq.io/epoch"] ?? "0") + 1;
                lease["metadata"]!["annotations"] = new JsonObject
                {
                    ["rocketmq.io/epoch"] = $"{epoch}",
                    ["rocketmq.io/set-version"] = $"{epoch}",
                    ["rocketmq.io/group-id"] = new string('a', 32),
                    ["rocketmq.io/in-sync"] = $"{store}={process.Name}",
                };
                lease["spec"] = new JsonObject { ["holderIdentity"] = store, ["leaseDurationSeconds"] = 15 };
            }
        );
        foreach (var suffix in new[] { "a", "b" })
            Fill(@namespace, $"{group}-{suffix}", process);
        process.MasterService = $"{group}-{(epoch % 2 == 0 ? "a" : "b")}";
        await RegisterAllAsync(@namespace, instance);
    }

    void Fill(string @namespace, string slice, PodDouble process)
    {
        if (_server.Objects.Find(Slices, @namespace, slice) is null)
            return;
        _server.Objects.Change(
            Slices,
            @namespace,
            slice,
            json =>
                json["endpoints"] = new JsonArray(
                    new JsonObject { ["addresses"] = new JsonArray(process.Ip.ToString()) }
                )
        );
    }

    async Task RegisterAllAsync(string @namespace, string instance)
    {
        var here = _running.Where(p => p.Key.StartsWith($"{@namespace}/{instance}-", StringComparison.Ordinal));
        var processes = here.Select(p => p.Value).ToList();
        foreach (var broker in processes.Where(p => p.MasterService is not null))
        {
            var service = _server.Objects.Find(Services, @namespace, broker.MasterService!);
            broker.Broker!.Advertised = service is null ? "" : $"{service["spec"]!["clusterIP"]}:{Ports.Broker}";
        }
        foreach (var broker in processes.Where(p => p.Broker is { Advertised.Length: > 0 }))
        foreach (var nameServer in processes.Where(p => p.Broker is null))
            await broker.Broker!.RegisterAsync(nameServer.NameServerAddress);
    }
}
