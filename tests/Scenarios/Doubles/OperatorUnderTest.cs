using Broker.Telemetry;
using k8s;
using Microsoft.Extensions.Logging;
using Operator.Control;
using Operator.KubeClient;
using Operator.KubeClient.Resources;
using Operator.Plan;
using Scenarios.ApiServer;

namespace Scenarios.Doubles;

/// <summary>
/// An operator in this process, against the test's API server. Disposing of it ends it without a word.
/// </summary>
sealed class OperatorUnderTest : IAsyncDisposable
{
    public const string Image = "rocketmq:test";

    /// <summary>What operators here are told unless a test says otherwise.</summary>
    public static OperatorSettings Settings { get; } = new() { Image = Image };

    readonly CancellationTokenSource _end = new();
    readonly MetricsRegistry _metrics;
    readonly Kubernetes _kubernetes;
    readonly OperatorRuntime _runtime;
    readonly Task _work;

    OperatorUnderTest(MetricsRegistry metrics, Kubernetes kubernetes, OperatorRuntime runtime)
    {
        (_metrics, _kubernetes, _runtime) = (metrics, kubernetes, runtime);
        _work = Task.WhenAll(RunAsync(runtime.WatchAsync), RunAsync(runtime.ReconcileAsync));
    }

    /// <summary>Passes that ended, of instances and of catalogues.</summary>
    public long Passes => (long)Metric("rocketmq_operator_reconciles_total");

    /// <summary>The sum of a metric's series; zero while it has none.</summary>
    public double Metric(string name) => MetricText.Sum(_metrics, name);

    /// <summary>Starts an operator.</summary>
    public static OperatorUnderTest Start(
        InMemoryApiServer server,
        OperatorSettings? settings = null,
        TimeProvider? time = null,
        ILoggerFactory? logging = null
    )
    {
        time ??= TimeProvider.System;
        var metrics = new MetricsRegistry(new MetricsOptions(), time);
        var pending = new PendingCalls(server);
        if (time is ManualTime manual)
            manual.Busy = () => pending.Any;
        var kubernetes = new Kubernetes(server.Configuration, time, new KubeMeters(metrics), pending);
        var environment = new OperatorEnvironment
        {
            Kubernetes = kubernetes,
            Version = new ServerVersion(1, 34, "v1.34.0"),
            Planner = new PlannerSettings { Image = Image },
            Metrics = metrics,
            Logging = logging ?? TestLog.Factory,
            Time = time,
            Random = new Random(1),
        };
        return new OperatorUnderTest(metrics, kubernetes, new OperatorRuntime(settings ?? Settings, environment));
    }

    /// <summary>Asks for a pass over everything, as if all had changed.</summary>
    public void Wake() => _runtime.Wake();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        await _runtime.DisposeAsync();
        _kubernetes.Dispose();
        _metrics.Dispose();
        _end.Dispose();
    }

    async Task RunAsync(Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested) { }
    }
}
