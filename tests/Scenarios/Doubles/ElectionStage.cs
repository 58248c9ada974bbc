using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Broker.Cluster;
using Broker.Replication;
using Broker.Telemetry;
using k8s;
using k8s.Models;
using KubeOps.KubernetesClient;
using Microsoft.Extensions.Logging;
using Operator.KubeClient;
using Scenarios.ApiServer;
using Xunit;

namespace Scenarios.Doubles;

/// <summary>
/// A group's objects as the operator makes them, and agents that campaign for its Lease, under one clock.
/// </summary>
sealed class ElectionStage : IAsyncDisposable
{
    public const string Namespace = "team";
    public const string Group = "orders-g0";
    public const string Leases = "leases.coordination.k8s.io";
    public const string Slices = "endpointslices.discovery.k8s.io";

    readonly MetricsRegistry _metrics;
    readonly List<Running> _running = [];
    readonly ConcurrentBag<PendingCalls> _pending = [];

    ElectionStage(InMemoryApiServer server, ManualTime time)
    {
        (Server, Time) = (server, time);
        _metrics = new MetricsRegistry(new MetricsOptions(), time);
        time.Busy = () => _pending.Any(p => p.Any);
    }

    public InMemoryApiServer Server { get; }

    public ManualTime Time { get; }

    public JsonObject? Lease => Server.Objects.Find(Leases, Namespace, Group);

    public string Holder => (string?)Lease?["spec"]?["holderIdentity"] ?? "";

    public long Epoch => long.Parse((string?)Lease?["metadata"]?["annotations"]?[LeaseAnnotations.Epoch] ?? "0");

    public static async Task<ElectionStage> OpenAsync()
    {
        var time = new ManualTime();
        var stage = new ElectionStage(await InMemoryApiServer.StartAsync(new ApiServerOptions { Time = time }), time);
        stage.CreateLease(isNew: true);
        stage.CreateSlice("a");
        stage.CreateSlice("b");
        return stage;
    }

    public void CreateLease(bool isNew = false) =>
        Server.Objects.Create(
            new V1Lease
            {
                Metadata = new V1ObjectMeta
                {
                    Name = Group,
                    NamespaceProperty = Namespace,
                    Annotations = isNew ? new Dictionary<string, string> { [LeaseAnnotations.New] = "true" } : null,
                },
                Spec = new V1LeaseSpec(),
            }
        );

    public void CreateSlice(string suffix) =>
        Server.Objects.Create(
            new V1EndpointSlice
            {
                Metadata = new V1ObjectMeta { Name = $"{Group}-{suffix}", NamespaceProperty = Namespace },
                AddressType = "IPv4",
                Endpoints = [],
                Ports = [new Discoveryv1EndpointPort { Name = "remoting", Port = 10911 }],
            }
        );

    /// <summary>The address that a slice leads to; null when it leads nowhere.</summary>
    public string? Leads(string suffix) =>
        Server.Objects.Find(Slices, Namespace, $"{Group}-{suffix}")?["endpoints"]?.AsArray() is { Count: > 0 } e
            ? (string?)e[0]!["addresses"]![0]
            : null;

    /// <summary>Starts the agent of a broker pod.</summary>
    public Running Start(ReplicaDouble replica, string address = "10.1.0.1")
    {
        var pending = new PendingCalls(Server);
        _pending.Add(pending);
        var kubernetes = new Kubernetes(Server.Configuration, Time, new KubeMeters(_metrics), pending);
        var client = new KubernetesClient(Server.Configuration, kubernetes);
        var agent = new ElectionAgent(
            new ElectionOptions
            {
                Namespace = Namespace,
                Lease = Group,
                MasterServices = [$"{Group}-a", $"{Group}-b"],
                PodName = $"{Group}-0",
                PodAddress = IPAddress.Parse(address),
                Meters = _metrics,
                Resolve = (name, _) =>
                    Task.FromResult<IPAddress[]>([IPAddress.Parse(name.Contains("-a.") ? "10.96.0.1" : "10.96.0.2")]),
            },
            client,
            replica,
            Time,
            new Random(1),
            TestLog.Factory.CreateLogger<ElectionAgent>()
        );
        var running = new Running(agent, replica, client);
        _running.Add(running);
        return running;
    }

    /// <summary>Moves the clock on until something holds.</summary>
    public Task UntilAsync(Func<bool> condition) => Time.AdvanceUntilAsync(condition, TimeSpan.FromMilliseconds(100));

    /// <summary>Moves the clock on by a time.</summary>
    public Task PassAsync(TimeSpan span)
    {
        var until = Time.GetUtcNow() + span;
        return UntilAsync(() => Time.GetUtcNow() >= until);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in _running)
            await running.DisposeAsync();
        await Server.DisposeAsync();
        _metrics.Dispose();
    }

    /// <summary>One agent at work.</summary>
    public sealed class Running : IAsyncDisposable
    {
        readonly CancellationTokenSource _stop = new();
        readonly KubernetesClient _client;
        readonly Task _work;

        public Running(ElectionAgent agent, ReplicaDouble replica, KubernetesClient client)
        {
            (Agent, Replica, _client) = (agent, replica, client);
            _work = agent.RunAsync(_stop.Token);
        }

        public ElectionAgent Agent { get; }

        public ReplicaDouble Replica { get; }

        /// <summary>Stops as a broker does that is told to.</summary>
        public async Task StopInOrderAsync()
        {
            await StopAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await Agent.ReleaseAsync(patience.Token);
        }

        /// <summary>Stops without a word, as a kill does.</summary>
        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _work;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _client.Dispose();
        }
    }
}
