using System.Text.Json.Nodes;
using Broker.Protocol.Bodies;
using k8s.Models;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class RepairTests
{
    [Theory]
    [InlineData("statefulsets.apps", "orders-ns")]
    [InlineData("statefulsets.apps", "orders-g0")]
    [InlineData("services", "orders-ns")]
    [InlineData("services", "orders-ns-0")]
    [InlineData("services", "orders-g0")]
    [InlineData("services", "orders-g0-0")]
    [InlineData("services", "orders-g0-a")]
    [InlineData("services", "orders-g0-b")]
    [InlineData("endpointslices.discovery.k8s.io", "orders-g0-a")]
    [InlineData("endpointslices.discovery.k8s.io", "orders-g0-b")]
    [InlineData("leases.coordination.k8s.io", "orders-g0")]
    [InlineData("configmaps", "orders-ns")]
    [InlineData("configmaps", "orders-g0")]
    [InlineData("serviceaccounts", "orders-broker")]
    [InlineData("roles.rbac.authorization.k8s.io", "orders-broker")]
    [InlineData("rolebindings.rbac.authorization.k8s.io", "orders-broker")]
    [InlineData("poddisruptionbudgets.policy", "orders-ns")]
    [InlineData("poddisruptionbudgets.policy", "orders-g0")]
    public async Task A_child_that_is_deleted_by_hand_comes_back(string resource, string name)
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var address = Address();

        stage.Objects.Delete(resource, Stage.Namespace, name);

        await stage.UntilAsync(() => stage.Objects.Find(resource, Stage.Namespace, name) is not null);
        if (name.StartsWith("orders-g0", StringComparison.Ordinal))
            Assert.Equal(address, Address()); // clients store the addresses of brokers, and the names of name servers
        await stage.UntilReadyAsync();

        string? Address() => (string?)stage.Objects.Find(resource, Stage.Namespace, name)?["spec"]?["clusterIP"];
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(100, false)]
    public async Task A_service_asks_for_its_address_again_before_it_takes_another(int refusals, bool keeps)
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        stage.Create("rocketmqinstances", "orders", "{}");
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await time.AdvanceUntilAsync(stage.AllReady, TimeSpan.FromMilliseconds(100));
        var address = Address();
        stage.Server.Faults.Add(
            new FaultRule(Fault.Answer(422, "Invalid", "spec.clusterIPs: provided IP is already allocated"))
            {
                Resource = "services",
                Name = "orders-g0-a",
                Times = refusals,
                When = call => (string?)call.Body?["spec"]?["clusterIP"] == address,
            }
        );
        stage.Objects.Delete("services", Stage.Namespace, "orders-g0-a");
        stage.Objects.Create(
            "services",
            System
                .Text.Json.Nodes.JsonNode.Parse(
                    """{"metadata":{"name":"between","namespace":"team"},"spec":{"ports":[{"port":1}]}}"""
                )!
                .AsObject()
        );

        await time.AdvanceUntilAsync(() => Address() is not null, TimeSpan.FromMilliseconds(100));

        Assert.Equal(keeps, Address() == address);
        await time.AdvanceUntilAsync(stage.AllReady, TimeSpan.FromMilliseconds(100));

        string? Address() =>
            (string?)stage.Objects.Find("services", Stage.Namespace, "orders-g0-a")?["spec"]?["clusterIP"];
    }

    [Fact]
    public async Task Children_that_are_deleted_while_the_spec_is_invalid_come_back_after_a_restart()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();
        stage.Objects.Change(
            "rocketmqinstances.rocketmq.io",
            Stage.Namespace,
            "orders",
            instance => instance["spec"]!["brokers"]!["config"] = new JsonObject { ["brokerName"] = "x" }
        );
        (string Resource, string Name)[] deleted =
        [
            ("services", "orders-ns-0"),
            ("configmaps", "orders-ns"),
            ("configmaps", "orders-g0"),
            ("statefulsets.apps", "orders-g0"),
        ];
        foreach (var (resource, name) in deleted)
            stage.Objects.Delete(resource, Stage.Namespace, name);

        await using var running = OperatorUnderTest.Start(stage.Server);

        foreach (var (resource, name) in deleted)
            await stage.UntilAsync(() => stage.Objects.Find(resource, Stage.Namespace, name) is not null);
        await stage.UntilAsync(() => Condition("Ready") is { Status: "False", Reason: "InvalidSpec" });
        await stage.UntilAsync(() => Condition("Available")?.Status == "True");

        V1Condition? Condition(string type) => Stage.Condition(stage.Instance().Status?.Conditions, type);
    }

    [Fact]
    public async Task A_set_that_is_deleted_does_not_wait_for_a_change_of_it_that_was_refused()
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        stage.Create("rocketmqinstances", "orders", "{}");
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);
        await time.AdvanceUntilAsync(stage.AllReady, TimeSpan.FromMilliseconds(100));
        stage.Server.Faults.Add(
            new FaultRule(Fault.Answer(422, "Invalid", "spec.template.spec.nodeSelector: invalid"))
            {
                Resource = "statefulsets.apps",
                Name = "orders-g0",
                When = call => (call.Body as JsonObject)?["spec"]?["template"]?["spec"]?["nodeSelector"] is not null,
            }
        );
        stage.Objects.Change(
            "rocketmqinstances.rocketmq.io",
            Stage.Namespace,
            "orders",
            instance =>
                instance["spec"]!["brokers"] = JsonNode.Parse(
                    """{"podTemplate":{"spec":{"nodeSelector":{"disk":"-"}}}}"""
                )
        );
        await time.AdvanceUntilAsync(() => Attempts() >= 7, TimeSpan.FromSeconds(1));

        stage.Objects.Delete("statefulsets.apps", Stage.Namespace, "orders-g0");

        // The next attempt of the refused change is a minute away, which steps of a millisecond do not reach.
        await time.AdvanceUntilAsync(
            () => stage.Objects.Find("statefulsets.apps", Stage.Namespace, "orders-g0") is not null,
            TimeSpan.FromMilliseconds(1)
        );

        int Attempts() =>
            stage.Server.Calls.All.Count(c => c is { Resource: "statefulsets.apps", Verb: "patch", Code: 422 });
    }

    [Fact]
    public async Task Pods_that_no_node_takes_are_replaced_when_their_template_is_corrected()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Cluster.HasNode = pod => pod.Spec?.NodeSelector is not { Count: > 0 };
        stage.Create(
            "rocketmqinstances",
            "orders",
            """{"brokers":{"podTemplate":{"spec":{"nodeSelector":{"disk":"none"}}}}}"""
        );
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() =>
            stage.Objects.Find<V1Pod>(Stage.Namespace, "orders-g0-0")?.Status?.Phase == "Pending"
        );

        stage.Objects.Change(
            "rocketmqinstances.rocketmq.io",
            Stage.Namespace,
            "orders",
            instance => instance["spec"]!["brokers"]!.AsObject().Remove("podTemplate")
        );

        await stage.UntilReadyAsync();
    }

    [Fact]
    public async Task A_removal_that_met_another_version_is_no_event()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        stage.Server.Faults.Add(
            new FaultRule(Fault.Answer(409, "Conflict", "the object has been modified"))
            {
                Verb = "patch",
                Resource = "services",
                Name = "orders-ns-0",
                Times = 1,
            }
        );

        for (var change = 0; change < 2; change++)
            stage.Objects.Change(
                "services",
                Stage.Namespace,
                "orders-ns-0",
                service => service["spec"]!["externalIPs"] = new JsonArray($"192.0.2.{change}")
            );

        await stage.UntilAsync(() => Find()?["spec"]?["externalIPs"] is null);
        await stage.UntilReadyAsync();
        Assert.DoesNotContain(stage.Events(), e => e.Reason == "ApplyFailed");

        JsonObject? Find() => stage.Objects.Find("services", Stage.Namespace, "orders-ns-0");
    }

    [Theory]
    [InlineData(
        "rolebindings.rbac.authorization.k8s.io",
        "orders-broker",
        "subjects",
        """{"kind":"User","name":"eve"}"""
    )]
    [InlineData("services", "orders-g0-0", "spec/selector/x", "\"y\"")]
    [InlineData("services", "orders-g0-a", "spec/selector", """{"x":"y"}""")]
    [InlineData("services", "orders-ns-0", "spec/ports", """{"name":"x","port":99}""")]
    [InlineData("services", "orders-ns-0", "spec/externalIPs", """["192.0.2.1"]""")]
    [InlineData("services", "orders-ns-0", "spec/type", "\"NodePort\"")]
    [InlineData("configmaps", "orders-g0", "data/extra", "\"x\"")]
    [InlineData(
        "statefulsets.apps",
        "orders-g0",
        "spec/template/spec/containers",
        """{"name":"injected","image":"x"}"""
    )]
    [InlineData("statefulsets.apps", "orders-g0", "spec/template/spec/nodeSelector", """{"x":"y"}""")]
    public async Task What_somebody_adds_to_a_child_goes_again(string resource, string name, string path, string added)
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var before = Owned();

        stage.Objects.Change(resource, Stage.Namespace, name, child => Add(child, path.Split('/'), added));

        await stage.UntilAsync(() => JsonNode.DeepEquals(Owned(), before), otherwise: () => $"{Owned()}");
        await stage.UntilReadyAsync();

        JsonObject? Owned()
        {
            var child = stage.Objects.Find(resource, Stage.Namespace, name);
            child?.Remove("metadata");
            child?.Remove("status");
            return child;
        }
    }

    static void Add(JsonNode child, string[] path, string added)
    {
        foreach (var step in path.SkipLast(1))
            child = child[step]!;
        if (child[path[^1]] is JsonArray list)
            list.Add(JsonNode.Parse(added));
        else
            child[path[^1]] = JsonNode.Parse(added);
    }

    [Fact]
    public async Task A_field_that_was_changed_by_hand_is_set_back_and_one_that_is_not_ours_stays()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();

        stage.Objects.Change(
            "services",
            Stage.Namespace,
            "orders-ns-0",
            service =>
            {
                service["metadata"]!["labels"]!["app.kubernetes.io/component"] = "mine";
                service["metadata"]!["labels"]!["team"] = "payments";
            }
        );

        await stage.UntilAsync(() => Label("app.kubernetes.io/component") == "nameserver");
        Assert.Equal("payments", Label("team"));

        string? Label(string name) =>
            (string?)stage.Objects.Find("services", Stage.Namespace, "orders-ns-0")!["metadata"]!["labels"]![name];
    }

    [Fact]
    public async Task A_topic_and_a_group_that_were_changed_at_the_broker_are_set_back()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromMilliseconds(200) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");

        broker.Locked(() => broker.Topics.Remove("payments"));
        broker.Locked(() =>
            broker.Groups["readers"] = broker.Groups["readers"] with { RetryMaxTimes = 1, BrokerId = 7 }
        );

        await stage.UntilAsync(() => broker.Topic("payments") is not null);
        await stage.UntilAsync(() => broker.Group("readers")!.RetryMaxTimes == 16);
        Assert.Equal(7, broker.Group("readers")!.BrokerId); // what a Group does not decide stays
        Assert.Contains(stage.Events(), e => e.Reason == "DriftRepaired");
    }

    [Fact]
    public async Task A_topic_keeps_what_is_beyond_its_resource()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        broker.Locked(() =>
            broker.Topics["old"] = new TopicConfig
            {
                TopicName = "old",
                WriteQueueNums = 4,
                ReadQueueNums = 4,
                Perm = 7,
            }
        );

        stage.Create("topics", "old", """{"instanceRef":{"name":"orders"},"queuesPerBroker":6}""");

        await stage.UntilReadyAsync();
        Assert.Equal(6, broker.Topic("old")!.WriteQueueNums);
        Assert.Equal(7, broker.Topic("old")!.Perm);
    }
}
