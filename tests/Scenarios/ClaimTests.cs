using System.Text.Json.Nodes;
using Broker.Protocol;
using k8s.Models;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class ClaimTests
{
    [Fact]
    public async Task Of_two_resources_that_claim_one_topic_the_older_wins_and_the_other_says_so()
    {
        // Creation times have whole seconds; in the same one the smaller uid would win.
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();

        time.Advance(TimeSpan.FromSeconds(2));
        stage.Create(
            "topics",
            "later",
            """{"instanceRef":{"name":"orders"},"topicName":"payments","queuesPerBroker":16}"""
        );

        await stage.UntilAsync(() => ReasonOf(stage, "later") == "Conflict");
        Assert.Contains("team/payments", Message(stage, "later"), StringComparison.Ordinal);
        Assert.Equal(8, stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("payments")!.WriteQueueNums);

        // The winner goes, its topic stays (Retain), and the other takes it over.
        stage.Objects.Delete("topics.rocketmq.io", Stage.Namespace, "payments");
        await stage.UntilReadyAsync();
        Assert.Equal(16, stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("payments")!.WriteQueueNums);
    }

    [Fact]
    public async Task A_topic_of_an_instance_that_does_not_exist_waits_for_it_and_says_so()
    {
        await using var stage = await Stage.OpenAsync();
        await using var running = OperatorUnderTest.Start(stage.Server);
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");
        await stage.UntilAsync(() => ReasonOf(stage, "payments") == "InstanceNotFound");

        stage.Create("rocketmqinstances", "orders", "{}");

        await stage.UntilReadyAsync();
    }

    [Fact]
    public async Task A_topic_from_a_namespace_that_is_not_admitted_is_refused_until_it_is()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "far", """{"instanceRef":{"name":"orders","namespace":"team"}}""", "elsewhere");
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        await stage.UntilAsync(() => Reason() == "NamespaceNotAllowed");

        stage.Objects.Change(
            "rocketmqinstances.rocketmq.io",
            Stage.Namespace,
            "orders",
            i => i["spec"]!["access"] = new JsonObject { ["allowedNamespaces"] = new JsonArray("elsewhere") }
        );

        await stage.UntilAsync(() => stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("far") is not null);

        string? Reason() => Stage.Condition(stage.Topic("far", "elsewhere").Status?.Conditions, "Ready")?.Reason;
    }

    [Fact]
    public async Task A_topic_that_is_deleted_leaves_its_messages_to_one_that_waits_for_its_name()
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        const string Spec = """{"instanceRef":{"name":"orders"},"deletionPolicy":"Delete"}""";
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "payments", Spec);
        stage.Create("groups", "readers", Spec);
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        stage.Create("topics", "heir", """{"instanceRef":{"name":"orders"},"topicName":"payments"}""");
        stage.Create("groups", "heir", """{"instanceRef":{"name":"orders"},"groupName":"readers"}""");
        await stage.UntilAsync(() => ReasonOf(stage, "heir") == "Conflict" && GroupReason() == "Conflict");

        stage.Objects.Delete("topics.rocketmq.io", Stage.Namespace, "payments");
        stage.Objects.Delete("groups.rocketmq.io", Stage.Namespace, "readers");

        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        Assert.Equal(0, broker.Calls(RequestCode.DeleteTopicInBroker));
        Assert.Equal(0, broker.Calls(RequestCode.DeleteSubscriptionGroup));
        Assert.Equal(2, stage.Events().Count(e => e.Reason == "Released"));

        string? GroupReason() => Stage.Condition(stage.Group("heir").Status?.Conditions, "Ready")?.Reason;
    }

    [Fact]
    public async Task A_claim_that_may_not_be_carried_out_blocks_nobody_and_counts_toward_no_limit()
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        stage.Create("rocketmqinstances", "orders", """{"limits":{"topics":1}}""");
        var far = """{"instanceRef":{"name":"orders","namespace":"team"},"topicName":"payments"}""";
        stage.Create("topics", "far", far, "elsewhere");
        stage.Create(
            "topics",
            "watched",
            """{"instanceRef":{"name":"orders"},"topicName":"payments","management":"ObserveOnly"}"""
        );
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => ReasonOf(stage, "watched") == "Differs");

        time.Advance(TimeSpan.FromSeconds(2));
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");

        await stage.UntilAsync(() => Ready(stage, "payments")?.Status == "True");
        Assert.NotNull(stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("payments"));
    }

    [Fact]
    public async Task Fewer_queues_are_not_carried_out_and_the_condition_says_what_to_do()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();

        stage.Objects.Change("topics.rocketmq.io", Stage.Namespace, "payments", t => t["spec"]!["queuesPerBroker"] = 4);

        await stage.UntilAsync(() => ReasonOf(stage, "payments") == "FewerQueues");
        Assert.Equal(8, stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("payments")!.WriteQueueNums);
    }

    [Fact]
    public async Task A_broker_that_refuses_is_quoted_in_the_condition_and_asked_again_later()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        broker.Refuses = RequestCode.UpdateAndCreateTopic;

        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");
        await stage.UntilAsync(() =>
            Message(stage, "payments")?.Contains("the test refuses", StringComparison.Ordinal) == true
        );

        broker.Refuses = null;
        await stage.UntilReadyAsync();
    }

    [Fact]
    public async Task Three_hundred_topics_cost_a_handful_of_readings()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        var before = broker.Calls(RequestCode.GetAllTopicConfig);

        for (var i = 0; i < 300; i++)
            stage.Create("topics", $"t{i}", """{"instanceRef":{"name":"orders"}}""");
        await stage.UntilReadyAsync();

        Assert.Equal(300, broker.Locked(() => broker.Topics.Count));
        Assert.Equal(300, broker.Calls(RequestCode.UpdateAndCreateTopic));
        Assert.InRange(broker.Calls(RequestCode.GetAllTopicConfig) - before, 1, 60);
    }

    static V1Condition? Ready(Stage stage, string topic) =>
        Stage.Condition(stage.Topic(topic).Status?.Conditions, "Ready");

    static string? ReasonOf(Stage stage, string topic) => Ready(stage, topic)?.Reason;

    static string? Message(Stage stage, string topic) => Ready(stage, topic)?.Message;
}
