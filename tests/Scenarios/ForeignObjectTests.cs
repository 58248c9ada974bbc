using System.Text.Json.Nodes;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

/// <summary>Objects that have a child's name and are somebody else's, and children that lost their marks.</summary>
public sealed class ForeignObjectTests
{
    public static TheoryData<string, string, string> Names =>
        new()
        {
            { "services", "Service", "orders-ns" },
            { "services", "Service", "orders-g0-a" },
            { "configmaps", "ConfigMap", "orders-g0" },
            { "serviceaccounts", "ServiceAccount", "orders-broker" },
            { "roles.rbac.authorization.k8s.io", "Role", "orders-broker" },
            { "poddisruptionbudgets.policy", "PodDisruptionBudget", "orders-g0" },
            { "leases.coordination.k8s.io", "Lease", "orders-g0" },
            { "endpointslices.discovery.k8s.io", "EndpointSlice", "orders-g0-b" },
        };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_somebody_else_made_is_left_alone_and_named_until_it_is_gone(
        string resource,
        string kind,
        string name
    )
    {
        var time = new ManualTime();
        await using var stage = await Stage.OpenAsync(new ApiServerOptions { Time = time });
        var foreign = stage.Objects.Create(resource, Foreign(resource, kind, name)).ToJsonString();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server, time: time);

        await time.AdvanceUntilAsync(() => Reason() == "NameTaken", TimeSpan.FromMilliseconds(100));
        Assert.Contains($"{kind} {name} was not made by this operator", Message(), StringComparison.Ordinal);
        var until = time.GetUtcNow() + TimeSpan.FromMinutes(2);
        await time.AdvanceUntilAsync(() => time.GetUtcNow() >= until, TimeSpan.FromMilliseconds(500));
        Assert.Equal(foreign, stage.Objects.Find(resource, Stage.Namespace, name)!.ToJsonString());
        // Nothing that would use it is made either.
        if (kind is "ServiceAccount" or "ConfigMap" or "Lease" or "EndpointSlice" || name == "orders-g0-a")
            Assert.Null(stage.Objects.Find("statefulsets.apps", Stage.Namespace, "orders-g0"));

        stage.Objects.Delete(resource, Stage.Namespace, name);

        await time.AdvanceUntilAsync(stage.AllReady, TimeSpan.FromMilliseconds(500));

        string? Reason() => Stage.Condition(stage.Instance().Status?.Conditions, "ConfigurationApplied")?.Reason;
        string? Message() => Stage.Condition(stage.Instance().Status?.Conditions, "Ready")?.Message;
    }

    [Fact]
    public async Task What_somebody_makes_between_a_look_and_the_write_is_not_taken_over()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Server.Faults.Add(
            new FaultRule(Fault.InternalError)
            {
                Verb = "patch",
                Resource = "configmaps",
                Name = "orders-g0",
                Times = 1,
                When = _ =>
                {
                    if (stage.Objects.Find("configmaps", Stage.Namespace, "orders-g0") is null)
                        stage.Objects.Create("configmaps", Foreign("configmaps", "ConfigMap", "orders-g0"));
                    return true;
                },
            }
        );
        stage.Create("rocketmqinstances", "orders", "{}");
        await using var running = OperatorUnderTest.Start(stage.Server);

        await stage.UntilAsync(() =>
            Stage.Condition(stage.Instance().Status?.Conditions, "ConfigurationApplied")?.Reason == "NameTaken"
        );
        var map = stage.Objects.Find("configmaps", Stage.Namespace, "orders-g0")!;
        Assert.Null(map["metadata"]!["ownerReferences"]);
        Assert.Equal("""{"theirs":"1"}""", map["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData("leases.coordination.k8s.io", "orders-g0")]
    [InlineData("endpointslices.discovery.k8s.io", "orders-g0-a")]
    [InlineData("services", "orders-g0-0")]
    [InlineData("statefulsets.apps", "orders-g0")]
    [InlineData("configmaps", "orders-ns")]
    [InlineData("roles.rbac.authorization.k8s.io", "orders-broker")]
    public async Task A_child_that_lost_its_labels_gets_them_again_and_keeps_the_rest(string resource, string name)
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        var before = Spec();
        var from = stage.Server.Calls.All.Count;

        stage.Objects.Change(
            resource,
            Stage.Namespace,
            name,
            o => o["metadata"]!["labels"] = new JsonObject { ["mine"] = "1" }
        );

        await stage.UntilAsync(() => Label("rocketmq.io/instance") == "orders");
        Assert.Equal("1", Label("mine"));
        Assert.Equal(before, Spec());
        await stage.UntilReadyAsync();
        Assert.InRange(
            stage.Server.Calls.All.Skip(from).Count(c => c.Resource == resource && c.Verb is "create" or "update"),
            0,
            2
        );

        string? Label(string label) =>
            (string?)stage.Objects.Find(resource, Stage.Namespace, name)!["metadata"]!["labels"]![label];

        string? Spec()
        {
            var found = stage.Objects.Find(resource, Stage.Namespace, name)!;
            return (found["spec"] ?? found["endpoints"] ?? found["data"] ?? found["rules"])?.ToJsonString();
        }
    }

    static JsonObject Foreign(string resource, string kind, string name)
    {
        var foreign = new JsonObject
        {
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Stage.Namespace },
        };
        switch (resource)
        {
            case "services":
                foreign["spec"] = JsonNode.Parse("""{"selector":{"app":"web"},"ports":[{"port":80}]}""");
                break;
            case "configmaps":
                foreign["data"] = JsonNode.Parse("""{"theirs":"1"}""");
                break;
            case "poddisruptionbudgets.policy":
                foreign["spec"] = JsonNode.Parse("""{"selector":{"matchLabels":{"app":"web"}},"maxUnavailable":0}""");
                break;
            case "leases.coordination.k8s.io":
                foreign["spec"] = JsonNode.Parse("""{"holderIdentity":"web"}""");
                break;
            case "endpointslices.discovery.k8s.io":
                foreign["addressType"] = "IPv4";
                foreign["endpoints"] = JsonNode.Parse("""[{"addresses":["10.9.9.9"]}]""");
                break;
        }
        return foreign;
    }
}
