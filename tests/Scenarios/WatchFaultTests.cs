using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class WatchFaultTests
{
    const string Services = "services";
    const string Child = "orders-ns-0";

    [Fact]
    public async Task A_deletion_behind_a_cut_watch_is_seen()
    {
        await using var stage = await ReadyAsync();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => stage.Server.Watches.Count(Services) > 0);

        stage.Server.Faults.Add(
            new FaultRule(Fault.Cut)
            {
                Verb = "watch",
                Resource = Services,
                Times = 2,
            }
        );
        stage.Server.Watches.Cut(Services);
        stage.Objects.Delete(Services, Stage.Namespace, Child);

        await RepairedAsync(stage);
    }

    [Fact]
    public async Task A_deletion_that_history_has_forgotten_is_seen()
    {
        await using var stage = await ReadyAsync();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => stage.Server.Watches.Count(Services) > 0);

        stage.Server.Faults.Add(
            new FaultRule(Fault.Cut)
            {
                Verb = "watch",
                Resource = Services,
                Times = 1,
            }
        );
        stage.Server.Watches.Cut(Services);
        stage.Objects.Delete(Services, Stage.Namespace, Child);
        stage.Server.ForgetHistory(); // the next watch is answered with 410

        await RepairedAsync(stage);
    }

    [Fact]
    public async Task A_watch_that_expires_is_followed_by_a_list()
    {
        await using var stage = await ReadyAsync();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => stage.Server.Watches.Count(Services) > 0);

        stage.Server.Watches.Expire(Services);
        stage.Objects.Delete(Services, Stage.Namespace, Child);

        await RepairedAsync(stage);
    }

    [Fact]
    public async Task A_deletion_behind_a_stalled_watch_is_seen_when_the_watch_is_given_up()
    {
        var time = new ManualTime();
        await using var stage = await ReadyAsync(new ApiServerOptions { Time = time });
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await stage.UntilAsync(() => running.Passes > 0 && stage.Server.Watches.Count(Services) > 0);

        stage.Server.Watches.Stall(Services);
        stage.Objects.Delete(Services, Stage.Namespace, Child);

        // Ten minutes at the most: bookmarks stop, and a watch that says nothing is given up.
        var until = time.GetUtcNow() + TimeSpan.FromMinutes(15);
        await time.AdvanceUntilAsync(() => Exists(stage) || time.GetUtcNow() > until, TimeSpan.FromSeconds(1));
        Assert.True(Exists(stage));
    }

    [Fact]
    public async Task A_deletion_is_seen_when_the_watch_is_accepted_and_then_silent()
    {
        var time = new ManualTime();
        await using var stage = await ReadyAsync(new ApiServerOptions { Time = time });
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await stage.UntilAsync(() => running.Passes > 0 && stage.Server.Watches.Count(Services) > 0);

        stage.Server.Faults.Add(
            new FaultRule(Fault.HalfOpen)
            {
                Verb = "watch",
                Resource = Services,
                Times = 1,
            }
        );
        stage.Server.Watches.Cut(Services);
        stage.Objects.Delete(Services, Stage.Namespace, Child);

        var until = time.GetUtcNow() + TimeSpan.FromMinutes(15);
        await time.AdvanceUntilAsync(() => Exists(stage) || time.GetUtcNow() > until, TimeSpan.FromSeconds(1));
        Assert.True(Exists(stage));
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

    static bool Exists(Stage stage) => stage.Objects.Find(Services, Stage.Namespace, Child) is not null;

    static Task RepairedAsync(Stage stage) => stage.UntilAsync(() => Exists(stage), "the Service is back");
}
