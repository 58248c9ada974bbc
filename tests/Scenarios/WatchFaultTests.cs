using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class WatchFaultTests
{
    const string Services = "services";
    const string Child = "orders-ns-0";

    [Fact]
    public Task A_deletion_behind_a_cut_watch_is_seen() =>
        RepairsAsync(server =>
        {
            server.Faults.Add(Next(Fault.Cut, 2));
            server.Watches.Cut(Services);
        });

    [Fact]
    public Task A_deletion_that_history_has_forgotten_is_seen() =>
        RepairsAsync(
            server =>
            {
                server.Faults.Add(Next(Fault.Cut, 1));
                server.Watches.Cut(Services);
            },
            server => server.ForgetHistory() // the next watch is answered with 410
        );

    [Fact]
    public Task A_watch_that_expires_is_followed_by_a_list() => RepairsAsync(server => server.Watches.Expire(Services));

    [Fact]
    public Task A_deletion_behind_a_stalled_watch_is_seen_when_its_time_is_over() =>
        RepairsInTimeAsync(server => server.Watches.Stall(Services));

    [Fact]
    public Task A_deletion_is_seen_when_the_watch_is_accepted_and_then_silent() =>
        RepairsInTimeAsync(server =>
        {
            server.Faults.Add(Next(Fault.HalfOpen, 1));
            server.Watches.Cut(Services);
        });

    [Fact]
    public async Task Watches_of_kinds_that_nobody_changes_are_left_open()
    {
        var time = new ManualTime();
        await using var stage = await ReadyAsync(
            new ApiServerOptions { Time = time, BookmarkEvery = Timeout.InfiniteTimeSpan }
        );
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await stage.UntilAsync(() => running.Passes > 0 && stage.Server.Watches.Count(Services) > 0);
        stage.Server.Watches.Bookmark(); // one, and then none: the watch cache has nothing newer to tell

        var until = time.GetUtcNow() + TimeSpan.FromMinutes(4); // no watch is asked to last less than five
        await time.AdvanceUntilAsync(() => time.GetUtcNow() > until, TimeSpan.FromSeconds(1));

        Assert.Equal(0, running.Metric("rocketmq_kubernetes_watch_restarts_total"));
    }

    [Fact]
    public async Task A_topic_that_is_deleted_while_nobody_watches_goes_from_the_broker()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"},"deletionPolicy":"Delete"}""");
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();

        stage.Objects.Delete("topics.rocketmq.io", Stage.Namespace, "payments");
        Assert.NotNull(stage.Topic()); // its finalizer holds it
        await using var next = OperatorUnderTest.Start(stage.Server);

        await stage.UntilAsync(() => stage.Topic() is null);
        Assert.Null(stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("payments"));
    }

    static async Task<Stage> ReadyAsync(ApiServerOptions? options = null)
    {
        var stage = await Stage.OpenAsync(options);
        stage.CreateQuickstart();
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();
        return stage;
    }

    /// <summary>The Service is deleted while the fault keeps the operator from hearing it, and comes back.</summary>
    static async Task RepairsAsync(Action<InMemoryApiServer> fault, Action<InMemoryApiServer>? afterwards = null)
    {
        await using var stage = await ReadyAsync();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => stage.Server.Watches.Count(Services) > 0);
        fault(stage.Server);
        stage.Objects.Delete(Services, Stage.Namespace, Child);
        afterwards?.Invoke(stage.Server);
        await stage.UntilAsync(() => Exists(stage), "the Service is back");
    }

    /// <summary>The same where only time helps: nine minutes and a half at the most, and the next watch.</summary>
    static async Task RepairsInTimeAsync(Action<InMemoryApiServer> fault)
    {
        var time = new ManualTime();
        await using var stage = await ReadyAsync(new ApiServerOptions { Time = time });
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await stage.UntilAsync(() => running.Passes > 0 && stage.Server.Watches.Count(Services) > 0);
        fault(stage.Server);
        stage.Objects.Delete(Services, Stage.Namespace, Child);
        var until = time.GetUtcNow() + TimeSpan.FromMinutes(15);
        await time.AdvanceUntilAsync(() => Exists(stage) || time.GetUtcNow() > until, TimeSpan.FromSeconds(1));
        Assert.True(Exists(stage));
    }

    /// <summary>What the next watches of Services meet.</summary>
    static FaultRule Next(Fault fault, int times) =>
        new(fault)
        {
            Verb = "watch",
            Resource = Services,
            Times = times,
        };

    static bool Exists(Stage stage) => stage.Objects.Find(Services, Stage.Namespace, Child) is not null;
}
