using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class TopicTests
{
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

    static k8s.Models.V1Condition? Routed(Stage stage) => Stage.Condition(stage.Topic().Status?.Conditions, "Routed");
}
