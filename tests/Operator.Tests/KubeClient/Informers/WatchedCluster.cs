using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.KubeClient.Informers;
using Scenarios;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Informers;

/// <summary>
/// A server with an informer of its config maps (those that the test makes) under a clock of its own.
/// </summary>
sealed class WatchedCluster : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly List<string> changes = [];
    Task running = Task.CompletedTask;

    WatchedCluster(Cluster cluster, ManualTime time, Informer<V1ConfigMap> informer) =>
        (Cluster, Time, Informer) = (cluster, time, informer);

    public Cluster Cluster { get; }

    public ManualTime Time { get; }

    public Informer<V1ConfigMap> Informer { get; }

    public IReadOnlyList<string> Known => [.. Informer.Cache.List().Select(o => ObjectKey.Of(o).ToString()).Order()];

    public IReadOnlyList<string> Changes
    {
        get
        {
            lock (changes)
                return [.. changes];
        }
    }

    public static async Task<WatchedCluster> StartAsync(
        Action<InMemoryApiServer>? prepare = null,
        InformerOptions<V1ConfigMap>? options = null,
        int seed = 1,
        int history = 1000,
        TimeSpan? bookmarkEvery = null
    )
    {
        var time = new ManualTime();
        var cluster = await Cluster.StartAsync(
            new ApiServerOptions
            {
                HistoryLength = history,
                BookmarkEvery = bookmarkEvery ?? TimeSpan.FromMinutes(1),
                Time = bookmarkEvery is null ? TimeProvider.System : time,
            },
            time
        );
        prepare?.Invoke(cluster.Server);
        var informer = new Informer<V1ConfigMap>(
            cluster.ConfigMaps,
            options ?? new InformerOptions<V1ConfigMap>(),
            time,
            new Random(seed),
            NullLogger.Instance
        );
        var watched = new WatchedCluster(cluster, time, informer);
        informer.Subscribe(watched.Note);
        watched.running = informer.RunAsync(watched.stop.Token);
        await informer.WaitForSyncAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => cluster.Server.Watches.Count() == 1);
        return watched;
    }

    /// <summary>Does something while no watch is open.</summary>
    public async Task WhileUnwatchedAsync(Action<InMemoryApiServer> action)
    {
        var server = Cluster.Server;
        var rule = new FaultRule(Fault.Cut) { Verb = "watch" };
        server.Faults.Add(rule);
        server.Watches.Cut();
        await Time.AdvanceUntilAsync(() => server.Watches.Count() == 0, TimeSpan.FromSeconds(1));
        action(server);
        server.Faults.Clear();
        await ReopenedAsync();
    }

    /// <summary>Waits until a new watch is open, the back-off included.</summary>
    public async Task ReopenedAsync()
    {
        var opened = Cluster.Server.Calls.Count("watch");
        await Time.AdvanceUntilAsync(
            () => Cluster.Server.Watches.Count() == 1 && Cluster.Server.Calls.Count("watch") > opened,
            TimeSpan.FromMilliseconds(250)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        await Cluster.DisposeAsync();
    }

    void Note(CacheChange<V1ConfigMap> change)
    {
        lock (changes)
            changes.Add($"{change.Type} {ObjectKey.Of(change.Object)}");
    }
}
