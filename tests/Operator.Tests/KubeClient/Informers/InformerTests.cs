using k8s.Models;
using Operator.KubeClient.Informers;
using Scenarios;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Informers;

public sealed class InformerTests
{
    [Fact]
    public async Task The_cache_holds_what_was_there_and_follows_what_happens()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
            s.Objects.Create(Cluster.ConfigMap("old"))
        );
        var objects = watched.Cluster.Server.Objects;
        Assert.Equal(["default/old"], watched.Known);
        objects.Create(Cluster.ConfigMap("new"));
        objects.Change<V1ConfigMap>("default", "old", m => m.Data!["value"] = "2");
        await Eventually.TrueAsync(() => watched.Informer.Cache.Get("default", "old")?.Data!["value"] == "2");
        objects.Delete<V1ConfigMap>("default", "new");
        await Eventually.TrueAsync(() => watched.Known is ["default/old"]);
        Assert.Equal(
            ["Added default/old", "Added default/new", "Updated default/old", "Deleted default/new"],
            watched.Changes
        );
        Assert.Equal(1, watched.Cluster.Server.Calls.Count("list"));
    }

    [Fact]
    public async Task A_deletion_that_nobody_watched_is_found_by_the_next_list()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
        {
            s.Objects.Create(Cluster.ConfigMap("stays"));
            s.Objects.Create(Cluster.ConfigMap("goes"));
        });
        await watched.WhileUnwatchedAsync(server =>
        {
            server.Objects.Delete<V1ConfigMap>("default", "goes");
            server.ForgetHistory();
        });
        await Eventually.TrueAsync(() => watched.Changes.Contains("Deleted default/goes"));
        Assert.Equal(["default/stays"], watched.Known);
    }

    [Fact]
    public async Task An_object_made_anew_under_the_same_name_is_reported_as_gone_and_new()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
            s.Objects.Create(Cluster.ConfigMap("a", "old"))
        );
        await watched.WhileUnwatchedAsync(server =>
        {
            server.Objects.Delete<V1ConfigMap>("default", "a");
            server.Objects.Create(Cluster.ConfigMap("a", "new"));
            server.ForgetHistory();
        });
        await Eventually.TrueAsync(() => watched.Informer.Cache.Get("default", "a")?.Data!["value"] == "new");
        Assert.Equal(["Added default/a", "Deleted default/a", "Added default/a"], watched.Changes);
    }

    [Fact]
    public async Task A_list_in_pages_is_compared_after_its_last_page()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
        {
            for (var i = 0; i < 1100; i++)
                s.Objects.Create(Cluster.ConfigMap($"c{i:0000}"));
        });
        await watched.WhileUnwatchedAsync(server =>
        {
            server.Objects.Delete<V1ConfigMap>("default", "c1099");
            server.ForgetHistory();
        });
        await Eventually.TrueAsync(() => watched.Known.Count == 1099);
        Assert.Equal(
            ["Deleted default/c1099"],
            watched.Changes.Where(c => !c.StartsWith("Added", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData(true)] // as an event within the stream, as servers of today do
    [InlineData(false)] // as the status of the answer
    public async Task A_watch_that_began_too_far_back_is_answered_by_a_list(bool asEvent)
    {
        await using var watched = await WatchedCluster.StartAsync();
        var server = watched.Cluster.Server;
        server.Objects.Create(Cluster.ConfigMap("a"));
        await Eventually.TrueAsync(() => watched.Known.Count == 1);
        if (asEvent)
            server.Watches.Expire();
        else
        {
            server.Faults.Add(new FaultRule(Fault.Expired) { Verb = "watch", Times = 1 });
            server.Watches.End();
        }
        await watched.ReopenedAsync();
        Assert.Equal(2, server.Calls.Count("list"));
    }

    [Fact]
    public async Task Without_an_expiry_there_is_no_second_list()
    {
        await using var watched = await WatchedCluster.StartAsync();
        var server = watched.Cluster.Server;
        for (var i = 0; i < 5; i++)
        {
            server.Objects.Create(Cluster.ConfigMap($"c{i}"));
            await Eventually.TrueAsync(() => watched.Known.Count == i + 1);
            server.Watches.Cut();
            await watched.ReopenedAsync();
        }
        Assert.Equal(1, server.Calls.Count("list"));
    }

    [Fact]
    public async Task A_watch_goes_on_where_the_last_event_was()
    {
        await using var watched = await WatchedCluster.StartAsync();
        var server = watched.Cluster.Server;
        server.Objects.Create(Cluster.ConfigMap("a"));
        await Eventually.TrueAsync(() => watched.Known.Count == 1);
        server.Watches.End();
        await watched.ReopenedAsync();
        Assert.Equal(
            watched.Informer.Cache.Get("default", "a")!.ResourceVersion(),
            server.Calls.All.Last(c => c.Verb == "watch").Query["resourceVersion"]
        );
    }

    [Fact]
    public async Task A_bookmark_moves_a_silent_watch_on()
    {
        await using var watched = await WatchedCluster.StartAsync();
        var server = watched.Cluster.Server;
        server.Objects.Create(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "x", NamespaceProperty = "default" },
            }
        );
        server.Watches.Bookmark();
        server.Watches.End();
        await watched.ReopenedAsync();
        server.ForgetHistory();
        server.Watches.End();
        await watched.ReopenedAsync();
        Assert.Equal(1, server.Calls.Count("list"));
    }

    [Fact]
    public async Task A_watch_that_falls_silent_is_given_up_and_nothing_is_missed()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
            s.Objects.Create(Cluster.ConfigMap("a"))
        );
        var server = watched.Cluster.Server;
        server.Watches.Stall();
        server.Objects.Delete<V1ConfigMap>("default", "a");
        var before = watched.Time.GetUtcNow();
        await watched.Time.AdvanceUntilAsync(() => watched.Known.Count == 0, TimeSpan.FromSeconds(5));
        Assert.InRange(watched.Time.GetUtcNow() - before, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(12));
    }

    [Fact]
    public async Task A_watch_of_a_server_that_does_not_answer_any_more_is_given_up_soon()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
            s.Objects.Create(Cluster.ConfigMap("a"))
        );
        var server = watched.Cluster.Server;
        server.Watches.Stall();
        server.Objects.Delete<V1ConfigMap>("default", "a");
        server.Faults.Add(new FaultRule(Fault.HalfOpen) { Verb = "list", Times = 1 });
        var before = watched.Time.GetUtcNow();
        await watched.Time.AdvanceUntilAsync(() => watched.Known.Count == 0, TimeSpan.FromSeconds(1));
        Assert.InRange(watched.Time.GetUtcNow() - before, TimeSpan.FromSeconds(150), TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    public async Task A_silent_watch_of_a_server_that_answers_stays_open(int answer)
    {
        // As the real server's cache does with a kind that nobody changes: a bookmark, and then none.
        await using var watched = await WatchedCluster.StartAsync(bookmarkEvery: Timeout.InfiniteTimeSpan);
        var server = watched.Cluster.Server;
        server.Watches.Bookmark();
        if (answer == 403)
            server.Faults.Add(new FaultRule(Fault.Forbidden) { Verb = "list" });
        var until = watched.Time.GetUtcNow() + TimeSpan.FromMinutes(4); // no watch is asked to last less than five
        var oldest = TimeSpan.Zero;
        await watched.Time.AdvanceUntilAsync(
            () =>
            {
                oldest = watched.Informer.Age > oldest ? watched.Informer.Age : oldest;
                return watched.Time.GetUtcNow() > until;
            },
            TimeSpan.FromSeconds(1)
        );
        Assert.Equal(1, server.Calls.Count("watch"));
        Assert.Equal(2, server.Calls.Count("list"));
        Assert.InRange(oldest, TimeSpan.FromSeconds(149), TimeSpan.FromSeconds(200));
    }

    [Fact]
    public async Task A_server_that_refuses_everything_is_asked_ever_more_seldom()
    {
        await using var watched = await WatchedCluster.StartAsync();
        var server = watched.Cluster.Server;
        server.Faults.Everything(Fault.InternalError);
        server.Calls.Clear();
        server.Watches.Cut();
        var end = watched.Time.GetUtcNow().AddMinutes(10);
        await watched.Time.AdvanceUntilAsync(() => watched.Time.GetUtcNow() > end, TimeSpan.FromSeconds(5));
        Assert.InRange(server.Calls.All.Count, 10, 60);
        server.Faults.Clear();
        server.Objects.Create(Cluster.ConfigMap("a"));
        await watched.Time.AdvanceUntilAsync(() => watched.Known.Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_server_that_ends_every_watch_at_once_is_not_asked_without_pause()
    {
        await using var watched = await WatchedCluster.StartAsync();
        var server = watched.Cluster.Server;
        server.Calls.Clear();
        var end = watched.Time.GetUtcNow().AddMinutes(1);
        await watched.Time.AdvanceUntilAsync(
            () =>
            {
                server.Watches.End();
                return watched.Time.GetUtcNow() > end;
            },
            TimeSpan.FromMilliseconds(250)
        );
        Assert.InRange(server.Calls.Count("watch"), 2, 20);
    }

    [Fact]
    public async Task A_handler_that_throws_is_called_again_until_it_does_not()
    {
        await using var watched = await WatchedCluster.StartAsync();
        var failures = 3;
        var seen = new List<string>();
        watched.Informer.Subscribe(change =>
        {
            if (failures-- > 0)
                throw new InvalidOperationException("not yet");
            seen.Add($"{change.Type} {change.Object.Name()}");
        });
        watched.Cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        await watched.Time.AdvanceUntilAsync(() => seen.Count > 0, TimeSpan.FromSeconds(1));
        Assert.Equal(["Added a"], seen);
        Assert.Equal(["Added default/a"], watched.Changes);
    }

    [Fact]
    public async Task Who_subscribes_late_is_told_what_is_there()
    {
        await using var watched = await WatchedCluster.StartAsync(prepare: s =>
            s.Objects.Create(Cluster.ConfigMap("a"))
        );
        var seen = new List<string>();
        watched.Informer.Subscribe(change => seen.Add($"{change.Type} {change.Object.Name()}"));
        Assert.Equal(["Added a"], seen);
    }

    [Fact]
    public async Task The_record_of_owners_is_not_kept_unless_asked_for()
    {
        await using var slim = await WatchedCluster.StartAsync(prepare: s => s.Objects.Create(Cluster.ConfigMap("a")));
        Assert.Null(slim.Informer.Cache.Get("default", "a")!.Metadata.ManagedFields);
        await using var whole = await WatchedCluster.StartAsync(
            prepare: s => s.Objects.Create(Cluster.ConfigMap("a")),
            options: new InformerOptions<V1ConfigMap> { KeepManagedFields = true }
        );
        Assert.NotEmpty(whole.Informer.Cache.Get("default", "a")!.Metadata.ManagedFields!);
    }

    [Fact]
    public async Task Selectors_decide_what_is_known_and_leaving_them_is_a_deletion()
    {
        await using var watched = await WatchedCluster.StartAsync(
            options: new InformerOptions<V1ConfigMap> { LabelSelector = "keep=yes", Namespace = "default" }
        );
        var map = Cluster.ConfigMap("a");
        map.SetLabel("keep", "yes");
        var objects = watched.Cluster.Server.Objects;
        objects.Create(map);
        objects.Create(Cluster.ConfigMap("other"));
        await Eventually.TrueAsync(() => watched.Known is ["default/a"]);
        objects.Change<V1ConfigMap>("default", "a", m => m.SetLabel("keep", "no"));
        await Eventually.TrueAsync(() => watched.Known.Count == 0);
        Assert.Equal(["Added default/a", "Deleted default/a"], watched.Changes);
    }

    [Fact]
    public async Task Objects_are_found_by_owner_and_by_label()
    {
        var options = new InformerOptions<V1ConfigMap>
        {
            Indexes = new Dictionary<string, Func<V1ConfigMap, IEnumerable<string>>>
            {
                ["owner"] = CacheIndexes.ByOwner,
                ["app"] = CacheIndexes.ByLabel<V1ConfigMap>("app"),
            },
        };
        await using var watched = await WatchedCluster.StartAsync(options: options);
        var objects = watched.Cluster.Server.Objects;
        var map = Cluster.ConfigMap("a");
        map.SetLabel("app", "x");
        map.AddOwnerReference(
            new V1OwnerReference
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Name = "p",
                Uid = "u1",
            }
        );
        objects.Create(map);
        await Eventually.TrueAsync(() => watched.Known.Count == 1);
        Assert.Equal("a", Assert.Single(watched.Informer.Cache.ByIndex("owner", "u1")).Name());
        Assert.Equal("a", Assert.Single(watched.Informer.Cache.ByIndex("app", "default/x")).Name());
        objects.Change<V1ConfigMap>("default", "a", m => m.SetLabel("app", "y"));
        await Eventually.TrueAsync(() => watched.Informer.Cache.ByIndex("app", "default/y").Count == 1);
        Assert.Empty(watched.Informer.Cache.ByIndex("app", "default/x"));
        objects.Delete<V1ConfigMap>("default", "a");
        await Eventually.TrueAsync(() => watched.Known.Count == 0);
        Assert.Empty(watched.Informer.Cache.ByIndex("owner", "u1"));
    }
}
