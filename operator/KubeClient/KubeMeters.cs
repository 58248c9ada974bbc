using System.Diagnostics;
using System.Diagnostics.Metrics;
using Operator.KubeClient.Transport;

namespace Operator.KubeClient;

/// <summary>
/// What the client counts. One per program, handed to <see cref="k8s.Kubernetes"/> and the work queues; whoever makes none
/// gets one that nobody reads.
/// </summary>
public sealed class KubeMeters
{
    /// <summary>In seconds: answers of a healthy server lie around 10 ms, its own limit for one is 60 s.</summary>
    static readonly double[] Bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    readonly Meter meter;
    readonly Counter<long> requests;
    readonly Histogram<double> requestDuration;
    readonly Counter<long> watchRestarts;
    readonly Counter<long> lists;
    readonly Counter<long> handlerErrors;
    readonly Counter<long> queueAdds;
    readonly Counter<long> queueRetries;
    readonly Counter<long> conflicts;
    readonly Histogram<double> queueWait;
    readonly Histogram<double> workDuration;

    /// <param name="factory">Of the program's registry; null when nobody reads.</param>
    public KubeMeters(IMeterFactory? factory = null)
    {
        meter = factory?.Create(new MeterOptions("Operator.KubeClient")) ?? new Meter("Operator.KubeClient");
        var bounds = new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds };
        requests = meter.CreateCounter<long>(
            "rocketmq_kubernetes_requests_total",
            null,
            "Calls to the API server by verb, resource and status code (error: no answer)."
        );
        requestDuration = meter.CreateHistogram(
            "rocketmq_kubernetes_request_duration_seconds",
            null,
            "Time to the head of the answer.",
            null,
            bounds
        );
        watchRestarts = meter.CreateCounter<long>(
            "rocketmq_kubernetes_watch_restarts_total",
            null,
            "Watches that ended, by resource and reason."
        );
        lists = meter.CreateCounter<long>(
            "rocketmq_kubernetes_lists_total",
            null,
            "Full lists that informers made, by resource."
        );
        handlerErrors = meter.CreateCounter<long>(
            "rocketmq_kubernetes_handler_errors_total",
            null,
            "Changes whose handler failed and that are delivered again."
        );
        queueAdds = meter.CreateCounter<long>(
            "rocketmq_kubernetes_queue_adds_total",
            null,
            "Keys that became ready for work."
        );
        queueRetries = meter.CreateCounter<long>(
            "rocketmq_kubernetes_queue_retries_total",
            null,
            "Passes that failed and are tried again."
        );
        conflicts = meter.CreateCounter<long>(
            "rocketmq_kubernetes_queue_conflicts_total",
            null,
            "Passes that ended because somebody else changed the object (409)."
        );
        queueWait = meter.CreateHistogram(
            "rocketmq_kubernetes_queue_wait_seconds",
            null,
            "Time from ready to taken.",
            null,
            bounds
        );
        workDuration = meter.CreateHistogram(
            "rocketmq_kubernetes_work_duration_seconds",
            null,
            "Length of a pass.",
            null,
            bounds
        );
    }

    internal void Request(ApiRequest request, string code, TimeSpan duration)
    {
        var resource = request.Resource.ToString();
        requests.Add(1, new("verb", request.Verb), new("resource", resource), new("code", code));
        requestDuration.Record(
            duration.TotalSeconds,
            new TagList { { "verb", request.Verb }, { "resource", resource } }
        );
    }

    internal void WatchRestart(ResourcePath resource, string reason) =>
        watchRestarts.Add(1, new("resource", resource.ToString()), new("reason", reason));

    internal void List(ResourcePath resource) => lists.Add(1, Tag("resource", resource.ToString()));

    internal void HandlerError(ResourcePath resource) => handlerErrors.Add(1, Tag("resource", resource.ToString()));

    internal void Age(ResourcePath resource, Func<double> seconds) =>
        meter.CreateObservableGauge(
            "rocketmq_kubernetes_watch_age_seconds",
            () => new Measurement<double>(seconds(), Tag("resource", resource.ToString())),
            null,
            "Time since the API server last said anything about the resource."
        );

    internal void Depth(string queue, Func<int> depth) =>
        meter.CreateObservableGauge(
            "rocketmq_kubernetes_queue_depth",
            () => new Measurement<int>(depth(), Tag("queue", queue)),
            null,
            "Keys that wait for a worker."
        );

    internal void Added(string queue) => queueAdds.Add(1, Tag("queue", queue));

    internal void Retried(string queue) => queueRetries.Add(1, Tag("queue", queue));

    internal void Conflict(string queue) => conflicts.Add(1, Tag("queue", queue));

    internal void Waited(string queue, TimeSpan duration) =>
        queueWait.Record(duration.TotalSeconds, Tag("queue", queue));

    internal void Worked(string queue, TimeSpan duration) =>
        workDuration.Record(duration.TotalSeconds, Tag("queue", queue));

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
