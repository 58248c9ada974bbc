using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Broker.Telemetry;
using k8s;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using Operator.Control;
using Operator.KubeClient;
using Operator.KubeClient.Resources;
using Operator.KubeClient.Transport;
using Operator.Plan;

namespace Operator.Host.Run;

/// <summary>
/// The operator's process: watches as soon as it starts, reconciles while it leads, gives up the leadership when it is
/// told to stop, and exits when it loses it, because another may already be at work.
/// </summary>
static class OperatorProcess
{
    const int Stopped = 0;
    const int Failed = 1;

    /// <summary>
    /// An API server that is just starting answers within this; then the restart by Kubernetes decides.
    /// </summary>
    static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(60);

    /// <summary>A healthy server answers within a second; one that takes longer than this is asked anew.</summary>
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled by a signal or until leadership is lost; returns the exit code.</summary>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        using var logging = LogOutput.Create(options.LogFormat);
        var logger = logging.CreateLogger("Operator.Host");
        using var metrics = new MetricsRegistry(new MetricsOptions(), TimeProvider.System);
        _ = new ProcessMeters(metrics, TimeProvider.System.GetUtcNow());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var sigterm = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                stopping.Cancel();
            }
        );
        var configuration = KubernetesClientConfiguration.BuildDefaultConfig();
        configuration.HttpClientTimeout = CallTimeout;
        var meters = new KubeMeters(metrics);
        using var kubernetes = new Kubernetes(configuration, TimeProvider.System, meters);
        // The leader's renewals have a connection of their own: they must not wait behind a slow list.
        using var election = new Kubernetes(configuration, TimeProvider.System, meters);
        var environment = await DiscoverAsync(options, kubernetes, metrics, logging, logger, stopping.Token);
        if (environment is null)
            return Stopped;
        await DefinitionCheck.ReportAsync(kubernetes, metrics, logger, stopping.Token);
        await using var runtime = new OperatorRuntime(
            new OperatorSettings { WatchNamespaces = options.WatchNamespaces, Image = options.OperandImage },
            environment
        );
        var elector = Elector(options, election, logging);
        await using var http = new HttpEndpoints(options.HttpPort, runtime, elector, metrics, logging);
        await http.StartAsync(stopping.Token);
        HostLog.Started(logger, kubernetes.BaseUri.ToString(), environment.Version.GitVersion, options.Identity);
        return await LeadAsync(runtime, elector, logger, stopping.Token);
    }

    /// <summary>Watches at once, reconciles once it leads.</summary>
    static async Task<int> LeadAsync(
        OperatorRuntime runtime,
        LeaderElector elector,
        ILogger logger,
        CancellationToken stopping
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var watches = GuardAsync(runtime.WatchAsync, ending, logger, ending.Token);
        var passes = Task.CompletedTask;
        elector.OnStartedLeading += () => passes = GuardAsync(runtime.ReconcileAsync, ending, logger, leading.Token);
        // Before anybody else can lead: calls that are under way are given up.
        elector.OnStoppedLeading += () => leading.Cancel();
        await elector.RunUntilLeadershipLostAsync(ending.Token);
        await passes;
        var isLost = !ending.IsCancellationRequested;
        await ending.CancelAsync();
        await watches;
        if (isLost)
            HostLog.LeadershipLost(logger);
        return stopping.IsCancellationRequested ? Stopped : Failed;
    }

    /// <summary>
    /// Runs a part of the operator. One that ends by an error ends the process: an operator that holds the leadership
    /// and does half of its work would be worse than none.
    /// </summary>
    static async Task GuardAsync(
        Func<CancellationToken, Task> part,
        CancellationTokenSource ending,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        await Task.Yield(); // whoever starts a part goes on, the elector with its renewals
        try
        {
            await part(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            HostLog.PartEnded(logger);
        }
        catch (Exception e)
        {
            HostLog.Failed(logger, e);
            await ending.CancelAsync();
        }
    }

    static LeaderElector Elector(RunOptions options, Kubernetes kubernetes, ILoggerFactory logging) =>
        new(
            new LeaderElectionConfig(new LeaseLock(kubernetes, options.Namespace, options.Lease, options.Identity)),
            TimeProvider.System,
            new Random(),
            logging.CreateLogger("LeaderElection")
        );

    /// <summary>
    /// Asks the API server what it is, until it answers; null when the process was stopped meanwhile.
    /// </summary>
    static async Task<OperatorEnvironment?> DiscoverAsync(
        RunOptions options,
        Kubernetes kubernetes,
        MetricsRegistry metrics,
        ILoggerFactory logging,
        ILogger logger,
        CancellationToken stopping
    )
    {
        using var limit = new CancellationTokenSource(FirstAnswer);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        while (true)
        {
            try
            {
                return new OperatorEnvironment
                {
                    Kubernetes = kubernetes,
                    Version = await ServerVersion.GetAsync(kubernetes, either.Token),
                    Planner = await PlannerSettingsAsync(options, kubernetes, either.Token),
                    Metrics = metrics,
                    Logging = logging,
                };
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e) when (!either.IsCancellationRequested)
            {
                HostLog.NoAnswer(logger, kubernetes.BaseUri.ToString(), e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), either.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    static async Task<PlannerSettings> PlannerSettingsAsync(
        RunOptions options,
        Kubernetes kubernetes,
        CancellationToken cancellationToken
    )
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var isIPv6 = IPAddress.TryParse(host, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;
        var isOpenShift = await ApiGroups.HasAsync(kubernetes, "security.openshift.io", cancellationToken);
        return new PlannerSettings
        {
            Image = options.OperandImage,
            AddressType = isIPv6 ? "IPv6" : "IPv4",
            PlatformAssignsUser = isOpenShift,
            RestrictsEndpointSlices = isOpenShift,
        };
    }
}
