using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Operator.KubeClient.Transport;

namespace Operator.KubeClient;

/// <summary>
/// What the client counts. One per program, handed to <see cref="k8s.Kubernetes"/> and the work queues.
/// </summary>
public sealed class KubeMeters
{
    const string Prefix = "rocketmq_kubernetes_";

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
    readonly ConcurrentDictionary<string, Func<int>> depths = new();

    /// <param name="factory">The program's registry.</param>
    public KubeMeters(IMeterFactory factory)
        : this(factory.Create(new MeterOptions("Operator.KubeClient"))) { }

    KubeMeters(Meter meter)
    {
        this.meter = meter;
        requests = Counter("requests", "Calls to the API server by verb, resource and status code (error: no answer).");
        requestDuration = Histogram("request_duration", "Time to the head of the answer.");
        watchRestarts = Counter("watch_restarts", "Watches that ended, by resource and reason.");
        lists = Counter("lists", "Full lists that informers made, by resource.");
        handlerErrors = Counter("handler_errors", "Changes whose handler failed and that are delivered again.");
        queueAdds = Counter("queue_adds", "Keys that became ready for work.");
        queueRetries = Counter("queue_retries", "Passes that failed and are tried again.");
        conflicts = Counter("queue_conflicts", "Passes that ended because somebody else changed the object (409).");
        queueWait = Histogram("queue_wait", "Time from ready to taken.");
        workDuration = Histogram("work_duration", "Length of a pass.");
        meter.CreateObservableGauge(
            Prefix + "queue_depth",
            () => depths.Select(queue => new Measurement<int>(queue.Value(), Tag("queue", queue.Key))),
            null,
            "Keys that wait for a worker."
        );
    }

    /// <summary>For programs that show no metrics: command lines, tests.</summary>
    public static KubeMeters Unread() => new(new Meter("Operator.KubeClient"));

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

    internal void Age(ResourcePath resource, string? @namespace, Func<double> seconds) =>
        meter.CreateObservableGauge(
            Prefix + "watch_age_seconds",
            () =>
                new Measurement<double>(
                    seconds(),
                    Tag("resource", resource.ToString()),
                    Tag("namespace", @namespace ?? "")
                ),
            null,
            "Time since the API server last said anything about the resource."
        );

    /// <summary>The latest queue of a name is the one that is shown.</summary>
    internal void Depth(string queue, Func<int> depth) => depths[queue] = depth;

    internal void Added(string queue) => queueAdds.Add(1, Tag("queue", queue));

    internal void Retried(string queue) => queueRetries.Add(1, Tag("queue", queue));

    internal void Conflict(string queue) => conflicts.Add(1, Tag("queue", queue));

    internal void Waited(string queue, TimeSpan duration) =>
        queueWait.Record(duration.TotalSeconds, Tag("queue", queue));

    internal void Worked(string queue, TimeSpan duration) =>
        workDuration.Record(duration.TotalSeconds, Tag("queue", queue));

    Counter<long> Counter(string name, string description) =>
        meter.CreateCounter<long>($"{Prefix}{name}_total", null, description);

    Histogram<double> Histogram(string name, string description)
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds };
        return meter.CreateHistogram($"{Prefix}{name}_seconds", null, description, null, advice);
    }

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
