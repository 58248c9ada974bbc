using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Operator.KubeClient.Transport;

/// <summary>What the client counts, under the meter <c>Operator.KubeClient</c>.</summary>
public static class KubeMetrics
{
    public const string MeterName = "Operator.KubeClient";

    internal static readonly Meter Meter = new(MeterName);

    static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "rocketmq_kubernetes_requests_total", description: "Calls to the API server by verb, resource and status code (error: no answer).");

    static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "rocketmq_kubernetes_request_duration_seconds", unit: "s", description: "Time to the head of the answer.");

    static readonly Counter<long> Restarts = Meter.CreateCounter<long>(
        "rocketmq_kubernetes_watch_restarts_total", description: "Watches that ended, by resource and reason.");

    static readonly Counter<long> Lists = Meter.CreateCounter<long>(
        "rocketmq_kubernetes_lists_total", description: "Full lists that informers made, by resource.");

    static readonly Counter<long> HandlerErrors = Meter.CreateCounter<long>(
        "rocketmq_kubernetes_handler_errors_total", description: "Changes whose handler failed and which are delivered again.");

    internal static void Request(ApiRequest request, string code, TimeSpan duration)
    {
        var resource = request.Resource.ToString();
        Requests.Add(1, new("verb", request.Verb), new("resource", resource), new("code", code));
        Duration.Record(duration.TotalSeconds, new TagList { { "verb", request.Verb }, { "resource", resource } });
    }

    internal static void WatchRestart(ResourcePath resource, string reason) =>
        Restarts.Add(1, new("resource", resource.ToString()), new("reason", reason));

    internal static void List(ResourcePath resource) => Lists.Add(1, new KeyValuePair<string, object?>("resource", resource.ToString()));

    internal static void HandlerError(ResourcePath resource) =>
        HandlerErrors.Add(1, new KeyValuePair<string, object?>("resource", resource.ToString()));
}
