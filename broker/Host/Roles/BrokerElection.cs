using System.Diagnostics.Metrics;
using System.Net;
using Broker.Cluster;
using Broker.Core;
using Broker.Core.Configuration;
using Broker.Core.Replica;
using k8s;
using KubeOps.KubernetesClient;
using Operator.KubeClient;

namespace Broker.Host.Roles;

/// <summary>
/// Lets a broker's mastership follow its group's Lease (replication.md §4). Only inside Kubernetes, when the
/// configuration names a Lease.
/// </summary>
sealed class BrokerElection : IAsyncDisposable
{
    /// <summary>
    /// How long giving up the Lease may take; without it the next start waits until the Lease expires.
    /// </summary>
    static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    readonly NodeReplica _replica;
    readonly ElectionAgent _agent;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stopping = new();
    readonly Task _running;

    BrokerElection(NodeReplica replica, ElectionAgent agent, ILogger logger)
    {
        _replica = replica;
        _agent = agent;
        _logger = logger;
        _running = agent.RunAsync(_stopping.Token);
    }

    /// <summary>One sentence about what the election is at.</summary>
    public string Status => _agent.Status.Message;

    /// <summary>Ends when the election failed for good.</summary>
    public Task Running => _running;

    public static BrokerElection Start(BrokerNode node, NodeSettings settings, IMeterFactory meters)
    {
        var options = node.Options;
        var logger = settings.Loggers.CreateLogger<ElectionAgent>();
        var random = new Random();
        var file = new ReplicaRecordFile(settings.Files, Path.GetFullPath(options.StorePathRootDir));
        var replica = new NodeReplica(node, file, File.ReadAllText(BootIdFile).Trim(), random);
        var configuration = KubernetesClientConfiguration.BuildDefaultConfig();
        var kubernetes = new Kubernetes(configuration, settings.Time, new KubeMeters(meters));
        var client = new KubernetesClient(configuration, kubernetes);
        var agent = new ElectionAgent(Options(options, meters), client, replica, settings.Time, random, logger);
        return new BrokerElection(replica, agent, logger);
    }

    /// <summary>Stops to follow the Lease; the broker goes on as it is. Before the broker's own stop.</summary>
    public async Task LeaveAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    /// <summary>Gives the Lease up. After the broker's orderly stop.</summary>
    public async Task ReleaseAsync()
    {
        _replica.Closed();
        using var limit = new CancellationTokenSource(ReleaseLimit);
        try
        {
            await _agent.ReleaseAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            HostLog.LeaseKept(_logger);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _stopping.Dispose();
    }

    static ElectionOptions Options(BrokerOptions options, IMeterFactory meters)
    {
        var services = options.MasterServices.Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        if (services.Length != 2)
            throw new ConfigException("electionLease needs masterServices with two names: name-a,name-b.");
        return new ElectionOptions
        {
            Namespace = Required("POD_NAMESPACE"),
            Lease = options.ElectionLease,
            MasterServices = services,
            PodName = Required("POD_NAME"),
            PodAddress = IPAddress.Parse(Required("POD_IP")),
            NodeName = Environment.GetEnvironmentVariable("POD_NODE"),
            Meters = meters,
        };
    }

    static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new ConfigException(
                $"electionLease needs the environment variable {variable}, from the downward API."
            );
}
