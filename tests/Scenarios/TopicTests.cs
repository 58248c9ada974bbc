using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class TopicTests
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_topic_says_that_clients_find_it_and_is_not_doubted_while_brokers_tell_of_a_change()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromMilliseconds(100) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilAsync(() => Routed(stage) is { Status: "True", Reason: "ToldToClients" });

        stage.Objects.Change(
            "topics.rocketmq.io",
            Stage.Namespace,
            "payments",
            t => t["spec"]!["queuesPerBroker"] = 12
        );
        await stage.UntilAsync(() => stage.Topic().Status!.Queues == 12);
        await stage.UntilAsync(() => Routed(stage)!.ObservedGeneration == stage.Topic().Metadata.Generation);
        Assert.Equal("True", Routed(stage)!.Status);
    }

    [Fact]
    public async Task A_topic_says_that_clients_do_not_find_it_while_name_servers_do_not_know_it()
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await time.AdvanceUntilAsync(stage.AllReady, Step);
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        broker.Untold = "payments";
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");

        await time.AdvanceUntilAsync(() => Routed(stage) is not null, Step);
        var routed = Routed(stage)!;
        Assert.Equal(("False", "NotToldToClients"), (routed.Status, routed.Reason));
        Assert.Matches("^Name server .+ does not know the topic$", routed.Message);
        Assert.True(Stage.IsReady(stage.Topic(), stage.Topic().Status!.Conditions), "the brokers have it");

        broker.Untold = null;
        foreach (var nameServer in stage.Cluster.Running.Values.Where(pod => pod.Broker is null))
            await broker.RegisterAsync(nameServer.NameServerAddress);
        await time.AdvanceUntilAsync(() => Routed(stage) is { Status: "True", Reason: "ToldToClients" }, Step);
    }

    static k8s.Models.V1Condition? Routed(Stage stage) => Stage.Condition(stage.Topic().Status?.Conditions, "Routed");
}
