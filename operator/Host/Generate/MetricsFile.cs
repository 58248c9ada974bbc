using Broker.Telemetry;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Control;
using Operator.Host.Run;
using Operator.KubeClient;
using Operator.KubeClient.Resources;
using Operator.Plan;

namespace Operator.Host.Generate;

/// <summary>
/// The page of the operator's metrics. It lists what a process declares that is ready to run, so an instrument that no
/// scrape would show is missing here, too.
/// </summary>
static class MetricsFile
{
    public static async Task<GeneratedFile> BuildAsync()
    {
        using var metrics = new MetricsRegistry(new MetricsOptions(), TimeProvider.System);
        _ = new ProcessMeters(metrics, TimeProvider.System.GetUtcNow());
        DefinitionCheck.Declare(metrics, outdated: 0);
        // Nobody is asked before the runtime watches.
        var nowhere = new KubernetesClientConfiguration { Host = "http://localhost" };
        using var kubernetes = new Kubernetes(nowhere, TimeProvider.System, new KubeMeters(metrics));
        var defaults = new ManifestOptions();
        await using var runtime = new OperatorRuntime(
            new OperatorSettings { Image = defaults.Image },
            new OperatorEnvironment
            {
                Kubernetes = kubernetes,
                Version = new ServerVersion(defaults.Kubernetes.Major, defaults.Kubernetes.Minor, ""),
                Planner = new PlannerSettings { Image = defaults.Image },
                Metrics = metrics,
                Logging = NullLoggerFactory.Instance,
            }
        );
        return new GeneratedFile(
            "operator-metrics.md",
            MetricsReference.Page("Metrics of the operator", metrics.Describe())
        );
    }
}
