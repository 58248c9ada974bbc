using System.Diagnostics.Metrics;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Operator.Api.Schemas;
using Operator.KubeClient.Resources;

namespace Operator.Host.Run;

/// <summary>
/// Compares the definitions in the cluster with those that this program was built with. Nobody upgrades definitions for
/// an operator, and with older ones the API server silently drops the fields that it does not know.
/// </summary>
static class DefinitionCheck
{
    /// <summary>
    /// The names of definitions that are of another version; those that cannot be read are not judged, and those that
    /// are missing show themselves, because nothing can be listed.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OutdatedAsync(
        Kubernetes kubernetes,
        CancellationToken cancellationToken
    )
    {
        var definitions = kubernetes.Resources<V1CustomResourceDefinition>();
        var outdated = new List<string>();
        foreach (var kind in CustomResource.All)
        {
            if (await GetAsync(definitions, kind.Name, cancellationToken) is not { } found)
                continue;
            string? label = null;
            found.Metadata.Labels?.TryGetValue(CustomResource.SchemaLabel, out label);
            if (label != kind.SchemaHash)
                outdated.Add(kind.Name);
        }
        return outdated;
    }

    /// <summary>Logs them, and shows their number as a metric.</summary>
    public static async Task ReportAsync(
        Kubernetes kubernetes,
        IMeterFactory metrics,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var outdated = await OutdatedAsync(kubernetes, cancellationToken);
        foreach (var name in outdated)
            HostLog.CrdOutdated(logger, name);
        Declare(metrics, outdated.Count);
    }

    /// <summary>Shows how many are of another version.</summary>
    public static void Declare(IMeterFactory metrics, int outdated) =>
        metrics
            .Create("Operator.Host")
            .CreateObservableGauge(
                "rocketmq_operator_outdated_definitions",
                () => outdated,
                description: "Definitions of custom resources that were of another version when the operator started."
            );

    static async Task<V1CustomResourceDefinition?> GetAsync(
        ResourceClient<V1CustomResourceDefinition> definitions,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await definitions.GetAsync(name, cancellationToken: cancellationToken);
        }
        catch (Exception e)
            when (e is HttpOperationException or HttpRequestException or IOException or TimeoutException)
        {
            return null; // not allowed, or a bad moment: nothing depends on it
        }
    }
}
