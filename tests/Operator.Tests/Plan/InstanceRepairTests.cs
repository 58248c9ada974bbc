using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Actions;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>What is repaired while the spec cannot be carried out.</summary>
public sealed class InstanceRepairTests
{
    static readonly Dictionary<string, string> Owned = new() { ["brokerName"] = "x" };

    [Theory]
    [InlineData("Service", "orders-ns-0")]
    [InlineData("ConfigMap", "orders-g0")]
    [InlineData("StatefulSet", "orders-g0")]
    [InlineData("Lease", "orders-g0")]
    public void A_child_that_is_deleted_comes_back_while_the_spec_is_invalid(string kind, string name)
    {
        var world = new World(new InstanceSpec { Limits = new LimitsSpec { MessageBytes = 2048 } }).Settled();
        world.Change(Invalid);
        world.Pass();
        Remove(world, kind, name);

        Assert.Equal($"{kind} {name}", Assert.Single(world.Pass()).Child);
        Assert.Empty(world.Pass());
        Assert.Contains("maxMessageSize=2048\n", Config(world), StringComparison.Ordinal);
        Assert.Equal(nameof(Reason.InvalidSpec), Condition(world, ConditionType.ConfigurationApplied).Reason);
        Assert.Equal("True", Condition(world, ConditionType.Stalled).Status);
    }

    [Fact]
    public void The_last_valid_spec_outlives_all_children()
    {
        var world = new World(new InstanceSpec { NameServers = new NameServersSpec { Replicas = 3 } }).Settled();
        world.Change(s => Invalid(s) with { NameServers = s.NameServers with { Replicas = 1 } });
        world.Pass();
        foreach (var set in world.All<V1StatefulSet>().Select(s => s.Metadata.Name!).ToList())
            world.Remove<V1StatefulSet>(set);
        foreach (var service in world.All<V1Service>().Select(s => s.Metadata.Name!).ToList())
            world.Remove<V1Service>(service);

        world.Pass();

        Assert.Equal(3, world.Find<V1StatefulSet>("orders-ns")!.Spec!.Replicas);
        Assert.NotNull(world.Find<V1Service>("orders-ns-2"));
    }

    [Fact]
    public void An_instance_that_was_never_valid_is_not_said_to_be_sound()
    {
        var world = new World(Invalid(new InstanceSpec()));

        Assert.Empty(world.Pass());

        var degraded = Condition(world, ConditionType.Degraded);
        Assert.Equal(("Unknown", nameof(Reason.InvalidSpec)), (degraded.Status, degraded.Reason));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"brokers":null}""")]
    [InlineData("""{"brokers":{"replicas":99}}""")]
    public void A_last_valid_spec_that_was_edited_into_nonsense_changes_nothing(string edited)
    {
        var world = new World().Settled();
        world.Change(Invalid);
        world.Instance.Status = Edited(world.Status, edited);
        world.Remove<V1Service>("orders-ns-0");

        Assert.Empty(world.Pass());
        Assert.Equal(nameof(Reason.InvalidSpec), Condition(world, ConditionType.Ready).Reason);
    }

    [Fact]
    public void An_invalid_spec_still_pauses()
    {
        var world = new World().Settled();
        world.Change(s => Invalid(s) with { Paused = true });
        world.Remove<V1Service>("orders-ns-0");

        Assert.Empty(world.Pass());
        var degraded = Condition(world, ConditionType.Degraded);
        Assert.Equal(("True", nameof(Reason.PausedBySpec)), (degraded.Status, degraded.Reason));
        Assert.Contains("Service orders-ns-0", degraded.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_object_that_the_server_refuses_is_not_said_to_be_sound()
    {
        var world = new World().Settled();
        world.Remove<V1Service>("orders-ns-0");
        world.Pass(new ActionFailure("Service orders-ns-0", true, "exceeded quota"));

        var degraded = Condition(world, ConditionType.Degraded);
        Assert.Equal(("True", nameof(Reason.RefusedByApiServer)), (degraded.Status, degraded.Reason));
    }

    [Fact]
    public void A_set_that_is_missing_is_made_by_the_last_accepted_spec_when_the_new_one_is_refused()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { PodTemplate = Template("refused") } });
        world.Pass(new ActionFailure("StatefulSet orders-g0", true, "spec.template.spec is invalid"));
        world.Remove<V1StatefulSet>("orders-g0");

        var apply = Assert.IsType<ApplyChild>(
            world.Pass(new ActionFailure("StatefulSet orders-g0", true, "no")).Single()
        );

        Assert.Equal("refused", ((V1StatefulSet)apply.Desired).Spec!.Template.Spec!.NodeSelector!["disk"]);
        Assert.Null(((V1StatefulSet)apply.Alternative!).Spec!.Template.Spec!.NodeSelector);
    }

    [Fact]
    public void A_field_that_pods_do_not_have_is_an_invalid_spec()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { PodTemplate = Template("x") } });
        world.Pass(
            new ActionFailure(
                "StatefulSet orders-g0",
                true,
                "failed to create typed patch object (shop/orders-g0; apps/v1, Kind=StatefulSet): "
                    + ".spec.template.spec.nodeSelctor: field not declared in schema"
            )
        );

        var ready = Condition(world, ConditionType.Ready);
        Assert.Equal(nameof(Reason.InvalidSpec), ready.Reason);
        Assert.Equal(
            "spec.brokers.podTemplate: remove or correct spec.nodeSelctor: field not declared in schema",
            ready.Message
        );
        Assert.Equal(InstancePhase.Invalid, world.Status.Phase);
        // Its pods are as old as the template that is there, so nobody is told to delete them.
        Assert.DoesNotContain(world.Status.Conditions!, c => c.Type == nameof(ConditionType.PodsOutdated));
    }

    static JsonObject Template(string disk) =>
        new() { ["spec"] = new JsonObject { ["nodeSelector"] = new JsonObject { ["disk"] = disk } } };

    static InstanceStatus Edited(InstanceStatus status, string lastValidSpec)
    {
        var node = KubernetesJson.SerializeToNode(status);
        node["lastValidSpec"] = lastValidSpec;
        return KubernetesJson.Deserialize<InstanceStatus>(node);
    }

    static InstanceSpec Invalid(InstanceSpec spec) => spec with { Brokers = spec.Brokers with { Config = Owned } };

    static string Config(World world) => world.Find<V1ConfigMap>("orders-g0")!.Data!["broker.conf"];

    static V1Condition Condition(World world, ConditionType type) =>
        world.Status.Conditions!.Single(c => c.Type == type.ToString());

    static void Remove(World world, string kind, string name)
    {
        switch (kind)
        {
            case "ConfigMap":
                world.Remove<V1ConfigMap>(name);
                break;
            case "Service":
                world.Remove<V1Service>(name);
                break;
            case "Lease":
                world.Remove<V1Lease>(name);
                break;
            default:
                world.Remove<V1StatefulSet>(name);
                break;
        }
    }
}
