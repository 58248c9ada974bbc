using k8s;
using k8s.Models;
using KubeOps.KubernetesClient;
using Operator.KubeClient.Resources;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Resources;

public sealed class WatchTests
{
    [Fact]
    public async Task A_watch_without_events_is_open_before_anything_arrives_and_ends_in_order()
    {
        await using var cluster = await Cluster.StartAsync();
        var opened = new TaskCompletionSource();
        var watch = ReadAsync(cluster, new WatchOptions { ResourceVersion = "0", Opened = opened.SetResult });
        await opened.Task;
        cluster.Server.Watches.End();
        Assert.Empty(await watch);
    }

    [Fact]
    public async Task Events_carry_what_happened_in_order()
    {
        await using var cluster = await Cluster.StartAsync();
        var begin = (await cluster.ConfigMaps.ListAsync()).ResourceVersion;
        cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        cluster.Server.Objects.Change<V1ConfigMap>("default", "a", m => m.Data!["value"] = "2");
        cluster.Server.Objects.Delete<V1ConfigMap>("default", "a");
        var watch = ReadAsync(cluster, new WatchOptions { ResourceVersion = begin });
        await Eventually.TrueAsync(() => cluster.Server.Watches.Count() == 1);
        cluster.Server.Watches.Bookmark();
        cluster.Server.Watches.End();
        var events = await watch;
        Assert.Equal(
            [WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted, WatchEventType.Bookmark],
            events.Select(e => e.Type)
        );
        Assert.True(
            events
                .Select(e => long.Parse(e.Object.ResourceVersion()!))
                .SequenceEqual(events.Select(e => long.Parse(e.Object.ResourceVersion()!)).Order())
        );
    }

    [Fact]
    public async Task A_watch_that_begins_too_far_back_fails_with_410()
    {
        await using var cluster = await Cluster.StartAsync();
        var begin = (await cluster.ConfigMaps.ListAsync()).ResourceVersion;
        cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        cluster.Server.ForgetHistory();
        var error = await Assert.ThrowsAsync<KubernetesException>(() =>
            ReadAsync(cluster, new WatchOptions { ResourceVersion = begin })
        );
        Assert.Equal(410, error.Status!.Code);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_no_end()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        await using var watch = cluster
            .ConfigMaps.WatchAsync(new WatchOptions { ResourceVersion = "0" })
            .GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        cluster.Server.Watches.Cut();
        await Assert.ThrowsAnyAsync<IOException>(async () => await watch.MoveNextAsync());
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_answer_begins_is_no_end()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Add(new FaultRule(Fault.Cut) { Verb = "watch" });
        var options = new WatchOptions { ResourceVersion = "0" };
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(cluster, options));
    }

    [Fact]
    public async Task The_known_interface_watches_too()
    {
        await using var cluster = await Cluster.StartAsync();
        using var client = new KubernetesClient(cluster.Server.Configuration);
        cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        await foreach (var (type, entity) in client.WatchAsync<V1ConfigMap>("default"))
        {
            Assert.Equal((WatchEventType.Added, "a"), (type, entity.Name()));
            break;
        }
    }

    static async Task<List<WatchEvent<V1ConfigMap>>> ReadAsync(Cluster cluster, WatchOptions options)
    {
        var events = new List<WatchEvent<V1ConfigMap>>();
        await foreach (var one in cluster.ConfigMaps.WatchAsync(options))
            events.Add(one);
        return events;
    }
}
