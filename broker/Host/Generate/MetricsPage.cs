using Broker.Cluster;
using Broker.Host.Commands;
using Broker.Host.Roles;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.KubeClient;

namespace Broker.Host.Generate;

/// <summary>
/// The page of metrics. It lists what a process that has every role declared, so an instrument that no scrape would
/// show is missing here, too.
/// </summary>
static class MetricsPage
{
    public static async Task<string> WriteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rocketmq-metrics-");
        try
        {
            var settings = AllInOneCommand.Settings(folder.FullName, (0, 0, 0), [], NullLoggerFactory.Instance);
            await using var node = await RunningNode.StartAsync(settings with { HttpAddress = null });
            // Declared by brokers that take part in an election, which needs an API server.
            _ = new KubeMeters(node.Metrics);
            _ = new ClusterMeters(node.Metrics, () => throw new InvalidOperationException("There is no election."));
            return MetricsReference.Page("Metrics of name servers and brokers", node.Metrics.Describe());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
