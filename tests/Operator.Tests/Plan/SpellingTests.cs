using System.Text.Json.Nodes;
using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>The same thing written another way is no change of a pod template.</summary>
public sealed class SpellingTests
{
    public static TheoryData<string> SaysNothing =>
        [
            """{"spec":{"tolerations":[]}}""",
            """{"spec":{"dnsPolicy":"ClusterFirst"}}""",
            """{"spec":{"hostNetwork":false}}""",
            """{"spec":{"restartPolicy":"Always"}}""",
            """{"spec":{"nodeSelector":{},"overhead":null,"initContainers":[]}}""",
            """{"spec":{"schedulerName":"default-scheduler","hostPID":false,"hostIPC":false}}""",
            """{"metadata":{"labels":{},"annotations":{}},"spec":{}}""",
            """{"spec":{"containers":[{"name":"broker","imagePullPolicy":"IfNotPresent","env":[]}]}}""",
            """{"spec":{"containers":[{"name":"broker","terminationMessagePath":"/dev/termination-log"}]}}""",
        ];

    [Theory]
    [MemberData(nameof(SaysNothing))]
    public void A_template_that_says_nothing_is_no_change(string template)
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { PodTemplate = JsonNode.Parse(template)!.AsObject() } });

        world.Pass();

        Calm(world);
    }

    [Theory]
    [InlineData("100m", "0.1", "512Mi", "536870912")]
    [InlineData("0.1", "100m", "1073741824", "1Gi")]
    [InlineData("1000m", "1", "0.5Gi", "512Mi")]
    [InlineData("1", "1e0", "1G", "1000M")]
    public void An_amount_that_is_written_another_way_is_no_change(
        string cpu,
        string cpuAgain,
        string memory,
        string again
    )
    {
        var world = new World(Resources(cpu, memory)).Settled();
        world.Change(_ => Resources(cpuAgain, again));

        world.Pass();

        Calm(world);
    }

    [Fact]
    public void Another_amount_is_a_change()
    {
        var world = new World(Resources("100m", "512Mi")).Settled();
        world.Change(_ => Resources("101m", "512Mi"));

        world.Pass();

        Assert.Contains(world.Status.Conditions!, c => c.Type == nameof(ConditionType.PodsOutdated));
    }

    [Theory]
    [InlineData("""{"spec":{"terminationGracePeriodSeconds":30}}""")]
    [InlineData("""{"spec":{"enableServiceLinks":true}}""")]
    [InlineData("""{"spec":{"hostUsers":false}}""")]
    [InlineData("""{"spec":{"tolerations":[{"key":"a","operator":"Exists"}]}}""")]
    [InlineData("""{"spec":{"initContainers":[{"name":"side","image":"side:1","restartPolicy":"Always"}]}}""")]
    [InlineData("""{"spec":{"volumes":[{"name":"extra","emptyDir":{}}]}}""")]
    public void A_default_that_overrides_the_operators_choice_is_a_change(string template)
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { PodTemplate = JsonNode.Parse(template)!.AsObject() } });

        world.Pass();

        Assert.Contains(world.Status.Conditions!, c => c.Type == nameof(ConditionType.PodsOutdated));
    }

    [Fact]
    public void What_an_added_container_says_reaches_the_pod_whole()
    {
        const string Template = """
            {"spec":{"initContainers":[{"name":"side","image":"side:1","restartPolicy":"Always","tty":true}],
                     "volumes":[{"name":"extra","emptyDir":{}}],
                     "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
                        [{"topologyKey":"zone","labelSelector":{}}]}}}}
            """;
        var world = new World(
            new InstanceSpec { Brokers = new BrokersSpec { PodTemplate = JsonNode.Parse(Template)!.AsObject() } }
        ).Settled();

        var pod = world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template.Spec!;
        Assert.Equal(("Always", true), (pod.InitContainers![0].RestartPolicy, pod.InitContainers[0].Tty));
        Assert.NotNull(pod.Volumes!.Single(v => v.Name == "extra").EmptyDir);
        var term = pod.Affinity!.PodAntiAffinity!.RequiredDuringSchedulingIgnoredDuringExecution!.Single();
        Assert.NotNull(term.LabelSelector); // all pods, which none would not be
        Assert.NotNull(pod.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution);
    }

    [Fact]
    public void Another_size_of_volume_does_not_change_the_template()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { Storage = s.Brokers.Storage with { Size = "40Gi" } } });

        world.Pass();

        Assert.DoesNotContain(world.Status.Conditions!, c => c.Type == nameof(ConditionType.PodsOutdated));
        world.Change(s =>
            s with
            {
                Brokers = s.Brokers with { Storage = s.Brokers.Storage with { Size = "21474836480" } },
            }
        );
        world.Pass();
        Calm(world);
    }

    /// <summary>Literals from the version that hashed what the user wrote, letter by letter.</summary>
    [Theory]
    [InlineData("100m", "512Mi", null, "82d159eee4489377")]
    [InlineData("1000m", "1024Mi", null, "c3bd9b075ca786be")]
    [InlineData("0.1", "536870912", """{"spec":{"tolerations":[],"dnsPolicy":"ClusterFirst"}}""", "3d8f9574a193556e")]
    public void Pods_of_the_version_before_are_not_outdated(string cpu, string memory, string? template, string hash)
    {
        var spec = Resources(cpu, memory);
        if (template is not null)
            spec = spec with { Brokers = spec.Brokers with { PodTemplate = JsonNode.Parse(template)!.AsObject() } };
        var world = new World(spec).Settled();
        world.Set("orders-g0-0", pod => Hashed(pod, hash));
        world.Remove<V1StatefulSet>("orders-g0"); // nothing but the pod tells

        world.Pass();

        Calm(world);
        world.Set("orders-g0-0", pod => Hashed(pod, "0123456789abcdef"));
        world.Pass();
        Assert.Contains(world.Status.Conditions!, c => c.Type == nameof(ConditionType.PodsOutdated));
    }

    static V1Pod Hashed(V1Pod pod, string hash) =>
        pod with
        {
            Metadata = pod.Metadata with
            {
                Annotations = new Dictionary<string, string> { ["rocketmq.io/template"] = hash },
            },
        };

    /// <summary>Nothing waits for anybody, and nothing is written any more.</summary>
    static void Calm(World world)
    {
        Assert.Equal("True", world.Status.Conditions!.Single(c => c.Type == nameof(ConditionType.Ready)).Status);
        Assert.DoesNotContain(world.Status.Conditions!, c => c.Type == nameof(ConditionType.PodsOutdated));
        Assert.Empty(world.Pass());
    }

    static InstanceSpec Resources(string cpu, string memory) =>
        new() { Brokers = new BrokersSpec { Resources = ResourcesSpec.Of(cpu, memory, "2Gi") } };
}
