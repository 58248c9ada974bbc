using System.Text.Json.Nodes;
using Broker.Protocol;
using Operator.Api.Instances;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class DeletionTests
{
    const string Topics = "topics.rocketmq.io";
    const string Groups = "groups.rocketmq.io";
    const string Instances = "rocketmqinstances.rocketmq.io";

    [Theory]
    [InlineData("Delete", false)]
    [InlineData("Retain", true)]
    public async Task A_topic_and_a_group_go_or_stay_as_their_policy_says(string policy, bool stays)
    {
        await using var stage = await Stage.OpenAsync();
        var spec = $$"""{"instanceRef":{"name":"orders"},"deletionPolicy":"{{policy}}"}""";
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "payments", spec);
        stage.Create("groups", "readers", spec);
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");

        stage.Objects.Delete(Topics, Stage.Namespace, "payments");
        stage.Objects.Delete(Groups, Stage.Namespace, "readers");

        await stage.UntilAsync(() => stage.Topic() is null && stage.Group() is null);
        Assert.Equal(stays, broker.Topic("payments") is not null);
        Assert.Equal(stays, broker.Group("readers") is not null);
    }

    [Fact]
    public async Task An_instance_leaves_its_volumes_and_the_users_topics_and_groups_and_nothing_else()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();

        stage.Objects.Delete(Instances, Stage.Namespace, "orders");

        await stage.UntilAsync(() => Left(stage).All(r => r is "persistentvolumeclaims" or Topics or Groups));
        Assert.Contains("persistentvolumeclaims", Left(stage));
        await stage.UntilAsync(() => Reason(stage) == "InstanceNotFound");

        // And back again: the same volumes, and the Topics and Groups are carried out once more.
        var volume = Claim(stage);
        stage.Create("rocketmqinstances", "orders", "{}");
        await stage.UntilReadyAsync();
        Assert.Equal(volume, Claim(stage));
        Assert.False(IsMarkedNew(stage));
    }

    [Fact]
    public async Task Under_delete_the_volumes_go_with_the_instance_and_nothing_is_left()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", Storage("Delete"));
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        Assert.Null(
            stage.Objects.Find("persistentvolumeclaims", Stage.Namespace, "data-orders-g0-0")!["metadata"]![
                "ownerReferences"
            ]
        );

        stage.Objects.Delete(Instances, Stage.Namespace, "orders");

        await stage.UntilAsync(() => Left(stage).Count == 0);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("a Service is missing")]
    [InlineData("the spec is invalid")]
    [InlineData("the instance is paused")]
    [InlineData("the operator is down")]
    public async Task After_a_switch_to_retain_the_volumes_stay_also_when(string wrong)
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", Storage("Delete"));
        var running = OperatorUnderTest.Start(stage.Server);
        try
        {
            await stage.UntilReadyAsync();
            var volume = Claim(stage);
            Assert.NotNull(volume);
            if (wrong == "the operator is down")
                await running.DisposeAsync();
            if (wrong == "a Service is missing")
            {
                stage.Server.Faults.Add(
                    new FaultRule(Fault.Answer(422, "Invalid", "no")) { Resource = "services", Name = "orders-g0-a" }
                );
                stage.Objects.Delete("services", Stage.Namespace, "orders-g0-a");
            }
            stage.Objects.Change(
                Instances,
                Stage.Namespace,
                "orders",
                i =>
                {
                    i["spec"]!["brokers"]!["storage"]!["deletionPolicy"] = "Retain";
                    if (wrong == "the spec is invalid")
                        i["spec"]!["brokers"]!["config"] = new JsonObject { ["brokerName"] = "mine" };
                    if (wrong == "the instance is paused")
                        i["spec"]!["paused"] = true;
                }
            );
            stage.Objects.Delete(Instances, Stage.Namespace, "orders");
            if (wrong == "the operator is down")
                running = OperatorUnderTest.Start(stage.Server);

            await stage.UntilAsync(() => Left(stage).All(r => r == "persistentvolumeclaims"));
            Assert.Equal(volume, Claim(stage));
        }
        finally
        {
            await running.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_topic_that_waits_for_its_deletion_is_released_when_its_instance_goes()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", "{}");
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"},"deletionPolicy":"Delete"}""");
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Refuses = RequestCode.DeleteTopicInBroker;
        stage.Objects.Delete(Topics, Stage.Namespace, "payments");
        await stage.UntilAsync(() =>
            Reason(stage) == "Deleting" || Message(stage).Contains("refuses", StringComparison.Ordinal)
        );

        stage.Objects.Delete(Instances, Stage.Namespace, "orders");

        await stage.UntilAsync(() => stage.Topic() is null);
        Assert.Contains(stage.Events(), e => e.Reason == "Released");
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_is_being_deleted()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var refusal = Fault.Answer(
            403,
            "Forbidden",
            "unable to create new content in namespace team because it is being terminated"
        );
        stage.Server.Faults.Add(
            new FaultRule(refusal) { When = c => c.Verb is "create" || (c.Verb is "patch" && IsGone(stage, c)) }
        );

        // The namespace controller deletes what it finds, in no order: the instance comes last.
        foreach (var service in stage.Objects.List("services", Stage.Namespace))
            stage.Objects.Delete("services", Stage.Namespace, (string)service["metadata"]!["name"]!);
        await stage.UntilAsync(() => Refused(stage) > 0);
        var refused = Refused(stage);
        for (var i = 0; i < 20; i++)
            running.Wake();
        await stage.UntilAsync(() => stage.Instance().Status!.Phase == InstancePhase.Deleting);
        stage.Objects.Delete(Instances, Stage.Namespace, "orders");
        await stage.UntilAsync(() => stage.Instance() is null);

        // What was refused first was one pass; after it nothing was tried any more.
        Assert.InRange(Refused(stage), refused, 10);
    }

    static string Storage(string policy) =>
        """{"brokers":{"storage":{"deletionPolicy":"POLICY"}}}""".Replace("POLICY", policy, StringComparison.Ordinal);

    static int Refused(Stage stage) => stage.Server.Calls.All.Count(c => c is { Code: 403, Resource: not "events" });

    static bool IsGone(Stage stage, ApiCall call) =>
        call.Subresource.Length == 0 && stage.Objects.Find(call.Resource, call.Namespace, call.Name) is null;

    static IReadOnlyList<string> Left(Stage stage) =>
        [
            .. stage
                .Objects.All()
                .Where(o => (string?)o.Object["metadata"]!["namespace"] == Stage.Namespace && o.Resource != "events")
                .Select(o => o.Resource),
        ];

    static string? Claim(Stage stage) =>
        (string?)stage.Objects.Find("persistentvolumeclaims", Stage.Namespace, "data-orders-g0-0")?["metadata"]!["uid"];

    static bool IsMarkedNew(Stage stage) =>
        stage.Server.Calls.All.Last(c => c is { Verb: "create", Resource: "leases.coordination.k8s.io" }).Body![
            "metadata"
        ]!["annotations"]?["rocketmq.io/new"]
            is not null;

    static string? Reason(Stage stage) => Stage.Condition(stage.Topic().Status?.Conditions, "Ready")?.Reason;

    static string Message(Stage stage) => Stage.Condition(stage.Topic().Status?.Conditions, "Ready")?.Message ?? "";
}
