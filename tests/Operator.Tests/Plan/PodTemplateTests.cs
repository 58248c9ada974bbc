using System.Text.Json.Nodes;
using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class PodTemplateTests
{
    [Fact]
    public void What_a_user_adds_is_merged_by_name()
    {
        var spec = Built(
            """
            {"metadata":{"labels":{"team":"shop"}},
             "spec":{"nodeSelector":{"disk":"fast"},"tolerations":[{"key":"a","operator":"Exists"}],
                     "volumes":[{"name":"extra","hostPath":{"path":"/x"}}],
                     "containers":[{"name":"broker","env":[{"name":"TZ","value":"Asia/Shanghai"}]},
                                    {"name":"side","image":"side:1"}]}}
            """
        );

        Assert.Equal("shop", spec.Metadata!.Labels!["team"]);
        Assert.Equal("orders", spec.Metadata.Labels["rocketmq.io/instance"]);
        Assert.Equal("fast", spec.Spec!.NodeSelector!["disk"]);
        Assert.Equal(["broker", "side"], spec.Spec.Containers.Select(c => c.Name));
        Assert.Equal("rocketmq:1", spec.Spec.Containers[0].Image);
        Assert.Contains(spec.Spec.Containers[0].Env!, e => e is { Name: "TZ", Value: "Asia/Shanghai" });
        Assert.Contains(spec.Spec.Containers[0].Env!, e => e.Name == "POD_NAME");
        Assert.Equal(["config", "tmp", "extra"], spec.Spec.Volumes!.Select(v => v.Name));
        Assert.Contains("hostPath", k8s.KubernetesJson.Serialize(spec), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"spec":{"containers":[{"name":"broker","image":"x"}]}}""",
        "remove image of broker: use spec.image"
    )]
    [InlineData("""{"spec":{"containers":[{"name":"broker","command":["sh"]}]}}""", "remove command of broker")]
    [InlineData("""{"spec":{"serviceAccountName":"root"}}""", "remove serviceAccountName")]
    [InlineData("""{"spec":{"volumes":[{"name":"data"}]}}""", "rename data")]
    [InlineData("""{"metadata":{"labels":{"rocketmq.io/group":"g9"}}}""", "remove rocketmq.io/group")]
    [InlineData("""{"spec":{"nodeSelector":5}}""", "has the wrong type")]
    [InlineData("""{"spec":{"containers":["broker"]}}""", "has the wrong type")]
    public void What_the_operator_relies_on_is_refused_with_advice(string template, string message)
    {
        var world = World(template);

        Assert.Empty(world.Pass());
        var ready = world.Status.Conditions!.Single(c => c.Type == nameof(ConditionType.Ready));
        Assert.Equal(nameof(Reason.InvalidSpec), ready.Reason);
        Assert.Contains(message, ready.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_satisfy_pod_security_restricted()
    {
        foreach (var pod in Templates(new World()))
        {
            Assert.True(pod.Spec!.SecurityContext!.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile!.Type);
            Assert.All(
                pod.Spec.Containers,
                c =>
                {
                    Assert.False(c.SecurityContext!.AllowPrivilegeEscalation);
                    Assert.True(c.SecurityContext.ReadOnlyRootFilesystem);
                    Assert.Equal(["ALL"], c.SecurityContext.Capabilities!.Drop!);
                }
            );
        }
    }

    [Fact]
    public void No_user_is_fixed_where_the_platform_assigns_one()
    {
        var world = new World
        {
            Settings = new() { Image = "rocketmq:1", PlatformAssignsUser = true },
        };

        Assert.All(Templates(world), pod => Assert.Null(pod.Spec!.SecurityContext!.RunAsUser));
        Assert.All(Templates(world), pod => Assert.Null(pod.Spec!.SecurityContext!.FsGroup));
    }

    [Fact]
    public void Only_brokers_have_a_token()
    {
        var world = new World();
        world.Pass();

        Assert.False(world.Find<V1StatefulSet>("orders-ns")!.Spec!.Template.Spec!.AutomountServiceAccountToken);
        Assert.True(world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template.Spec!.AutomountServiceAccountToken);
    }

    [Fact]
    public void Brokers_may_touch_only_what_is_theirs()
    {
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Groups = 2 } });
        world.Pass();

        var rules = world.Find<V1Role>("orders-broker")!.Rules!;
        Assert.Equal(["orders-g0", "orders-g1"], rules.Single(r => r.Resources!.Contains("leases")).ResourceNames!);
        Assert.DoesNotContain(
            rules,
            r => r.Verbs.Contains("*") || r.Resources!.Contains("*") || r.Resources.Contains("secrets")
        );
    }

    [Fact]
    public void The_heap_has_half_of_the_memory_limit()
    {
        var env = Templates(new World())
            .Last()
            .Spec!.Containers[0]
            .Env!.Single(e => e.Name == "DOTNET_GCHeapHardLimit");

        Assert.Equal($"{1L << 30:X}", env.Value);
    }

    [Theory]
    [InlineData("1Gi", 70)]
    [InlineData("20Gi", 260)]
    [InlineData("10Ti", 1800)]
    public void A_broker_may_take_long_to_start_when_its_volume_is_large(string size, int seconds)
    {
        var world = new World(
            new InstanceSpec { Brokers = new BrokersSpec { Storage = new StorageSpec { Size = size } } }
        );

        var probe = Templates(world).Last().Spec!.Containers[0].StartupProbe!;

        Assert.Equal(seconds, probe.FailureThreshold * probe.PeriodSeconds);
    }

    [Fact]
    public void A_value_cannot_break_out_of_its_line()
    {
        var config = new Dictionary<string, string> { ["traceOn"] = "false\nbrokerName=stolen" };
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Config = config } });
        world.Pass();

        var lines = world.Find<V1ConfigMap>("orders-g0")!.Data!["broker.conf"].Split('\n');
        Assert.Contains(@"traceOn=false\nbrokerName=stolen", lines);
        Assert.Contains("brokerName=orders-g0", lines);
        Assert.DoesNotContain("brokerName=stolen", lines);
    }

    static V1PodTemplateSpec Built(string template)
    {
        var world = World(template);
        world.Pass();
        return world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template;
    }

    static World World(string template) =>
        new(new InstanceSpec { Brokers = new BrokersSpec { PodTemplate = JsonNode.Parse(template)!.AsObject() } });

    static IEnumerable<V1PodTemplateSpec> Templates(World world)
    {
        world.Pass();
        return
        [
            world.Find<V1StatefulSet>("orders-ns")!.Spec!.Template,
            world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template,
        ];
    }
}
