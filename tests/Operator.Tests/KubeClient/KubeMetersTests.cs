using System.Diagnostics.Metrics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.KubeClient;
using Operator.KubeClient.Informers;
using Operator.KubeClient.Resources;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient;

public sealed class KubeMetersTests : IDisposable, IMeterFactory
{
    readonly Meter meter = new("test");
    readonly MeterListener listener = new();
    readonly Dictionary<string, double> measured = [];

    public KubeMetersTests()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
    }

    public Meter Create(MeterOptions options) => meter;

    public void Dispose()
    {
        listener.Dispose();
        meter.Dispose();
    }

    [Fact]
    public async Task Calls_lists_watches_and_the_age_of_the_last_word_are_measured()
    {
        await using var server = await InMemoryApiServer.StartAsync();
        using var client = new Kubernetes(server.Configuration, TimeProvider.System, new KubeMeters(this));
        var informer = new Informer<V1ConfigMap>(
            client.Resources<V1ConfigMap>(),
            new InformerOptions<V1ConfigMap> { Namespace = "default" },
            TimeProvider.System,
            new Random(1),
            NullLogger.Instance
        );
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => server.Watches.Count() == 1);
        server.Watches.Expire();
        await Eventually.TrueAsync(() => server.Calls.Count("list") == 2 && server.Watches.Count() == 1);
        await stop.CancelAsync();
        await running;
        listener.RecordObservableInstruments();
        Assert.Equal(2, Value("rocketmq_kubernetes_lists_total configmaps"));
        Assert.Equal(1, Value("rocketmq_kubernetes_watch_restarts_total configmaps expired"));
        Assert.Equal(2, Value("rocketmq_kubernetes_requests_total list configmaps 200"));
        Assert.True(Value("rocketmq_kubernetes_watch_age_seconds configmaps default") >= 0);
    }

    double Value(string key)
    {
        lock (measured)
            return measured[key];
    }

    void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (_, tag) in tags)
            key += $" {tag}";
        lock (measured)
            measured[key] = instrument.IsObservable ? value : measured.GetValueOrDefault(key) + value;
    }
}
