using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Actions;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class InstancePlannerTests
{
    [Fact]
    public void An_empty_spec_becomes_two_name_servers_and_one_broker()
    {
        var world = new World();

        world.Pass();

        Assert.Equal(2, world.Find<V1StatefulSet>("orders-ns")!.Spec!.Replicas);
        Assert.Equal(1, world.Find<V1StatefulSet>("orders-g0")!.Spec!.Replicas);
        Assert.Equal(
            ["orders-g0", "orders-g0-0", "orders-g0-a", "orders-g0-b", "orders-ns", "orders-ns-0", "orders-ns-1"],
            world.All<V1Service>().Select(s => s.Metadata.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["orders-g0-a", "orders-g0-b"], world.All<V1EndpointSlice>().Select(s => s.Metadata.Name).Order());
        Assert.NotNull(world.Find<V1Lease>("orders-g0"));
        Assert.Equal(2, world.All<V1PodDisruptionBudget>().Count);
    }

    [Fact]
    public void The_first_pass_creates_everything_and_the_second_adds_only_what_came_of_it()
    {
        var world = new World();
        world.Pass();
        world.StartPods();
        world.Elect();

        var second = world.Pass();

        Assert.Equal(
            ["PersistentVolumeClaim data-orders-g0-0", "Pod orders-g0-0"],
            second.Select(a => a.Child).Order(StringComparer.Ordinal)
        );
        Assert.Equal("master", world.Find<V1Pod>("orders-g0-0")!.Metadata.Labels!["rocketmq.io/role"]);
        Assert.Empty(world.Pass());
    }

    [Fact]
    public void What_a_pod_needs_is_written_before_its_set()
    {
        var actions = new World().Pass().Select(a => a.Child).ToList();

        Assert.True(actions.IndexOf("ConfigMap orders-g0") < actions.IndexOf("StatefulSet orders-g0"));
        Assert.True(actions.IndexOf("Lease orders-g0") < actions.IndexOf("StatefulSet orders-g0"));
        Assert.True(actions.IndexOf("RoleBinding orders-broker") < actions.IndexOf("StatefulSet orders-g0"));
        Assert.True(actions.IndexOf("Service orders-ns") < actions.IndexOf("StatefulSet orders-ns"));
    }

    [Theory]
    [MemberData(nameof(Children))]
    public void A_child_that_was_deleted_by_hand_comes_back(string kind, string name)
    {
        var world = new World().Settled();
        Delete(world, kind, name);

        var repaired = world.Pass();

        Assert.Equal($"{kind} {name}", Assert.Single(repaired).Child);
        Assert.Empty(world.Pass());
    }

    public static TheoryData<string, string> Children() =>
        new()
        {
            { "ConfigMap", "orders-g0" },
            { "Service", "orders-ns-1" },
            { "Service", "orders-g0-a" },
            { "EndpointSlice", "orders-g0-b" },
            { "Lease", "orders-g0" },
            { "Role", "orders-broker" },
            { "PodDisruptionBudget", "orders-ns" },
            { "StatefulSet", "orders-g0" },
        };

    [Fact]
    public void A_child_that_was_changed_by_hand_is_set_back()
    {
        var world = new World().Settled();
        var config = world.Find<V1ConfigMap>("orders-g0")!;
        world.Put(config with { Data = new Dictionary<string, string> { ["broker.conf"] = "listenPort=1\n" } });

        Assert.Equal("ConfigMap orders-g0", Assert.Single(world.Pass()).Child);
    }

    [Fact]
    public void Labels_and_annotations_of_others_stay()
    {
        var world = new World().Settled();
        world.Find<V1Service>("orders-ns")!.Metadata.Annotations!["somebody"] = "else";
        world.Find<V1StatefulSet>("orders-g0")!.Metadata.Labels!["team"] = "payments";

        Assert.Empty(world.Pass());
    }

    [Fact]
    public void A_service_that_is_made_again_asks_for_its_former_address()
    {
        var world = new World().Settled();
        var had = world.Status.Addresses!["orders-g0-b"];
        world.Remove<V1Service>("orders-g0-b");

        var apply = Assert.IsType<ApplyChild>(Assert.Single(world.Pass()));

        Assert.Equal(had, ((V1Service)apply.Desired).Spec!.ClusterIP);
        Assert.Null(((V1Service)apply.Alternative!).Spec!.ClusterIP);
        Assert.Empty(world.Pass());
    }

    [Fact]
    public void An_instance_that_is_made_again_finds_its_addresses_on_the_volumes()
    {
        var world = new World().Settled();
        var had = world.Find<V1Service>("orders-g0-a")!.Spec!.ClusterIP;
        var claim = world.Find<V1PersistentVolumeClaim>("data-orders-g0-0")!;
        var again = new World();
        again.Put(claim);

        again.Pass();

        Assert.Equal(had, again.Find<V1Service>("orders-g0-a")!.Spec!.ClusterIP);
    }

    [Fact]
    public void A_lease_is_new_only_while_the_group_has_no_volume()
    {
        var world = new World();
        world.Pass();
        Assert.True(world.Find<V1Lease>("orders-g0")!.Metadata.Annotations!.ContainsKey("rocketmq.io/new"));
        world.StartPods();
        world.Remove<V1Lease>("orders-g0");

        world.Pass();

        Assert.Null(world.Find<V1Lease>("orders-g0")!.Metadata.Annotations);
    }

    [Fact]
    public void Nothing_is_created_in_a_namespace_that_goes()
    {
        var world = new World { NamespaceTerminating = true };

        Assert.Empty(world.Pass());
        Assert.Equal(InstancePhase.Deleting, world.Status.Phase);
    }

    [Fact]
    public void Fewer_name_servers_lose_their_services()
    {
        var world = new World(new InstanceSpec { NameServers = new NameServersSpec { Replicas = 3 } }).Settled();
        world.Change(s => s with { NameServers = s.NameServers with { Replicas = 2 } });

        var actions = world.Pass();

        Assert.Contains(actions, a => a is DeleteChild && a.Child == "Service orders-ns-2");
        Assert.DoesNotContain(actions, a => a is DeleteChild && a.Child != "Service orders-ns-2");
    }

    [Fact]
    public void More_name_servers_need_no_restart_of_brokers()
    {
        var world = new World().Settled();
        world.Change(s => s with { NameServers = s.NameServers with { Replicas = 3 } });
        world.Pass();
        world.StartPods();
        world.Elect();
        world.Pass();

        Assert.Contains(
            "orders-ns-2.shop.svc:9876",
            world.Find<V1ConfigMap>("orders-g0")!.Data!["broker.conf"],
            StringComparison.Ordinal
        );
        Assert.Equal("True", Condition(world, ConditionType.Ready).Status);
        Assert.Equal("3/3", world.Status.NameServers);
    }

    [Fact]
    public void A_group_that_may_hold_messages_is_kept()
    {
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Groups = 2 } }).Settled();
        world.Change(s => s with { Brokers = s.Brokers with { Groups = 1 } });

        Assert.Empty(world.Pass());

        Assert.Equal(nameof(Reason.GroupsKept), Condition(world, ConditionType.ConfigurationApplied).Reason);
        Assert.Equal("2/2", world.Status.Brokers);
    }

    [Fact]
    public void A_kept_group_is_given_up_by_deleting_its_set_and_its_volume_stays()
    {
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Groups = 2 } }).Settled();
        world.Change(s => s with { Brokers = s.Brokers with { Groups = 1 } });
        world.Remove<V1StatefulSet>("orders-g1");
        world.Remove<V1Pod>("orders-g1-0");

        world.Pass();

        Assert.Null(world.Find<V1Lease>("orders-g1"));
        Assert.Null(world.Find<V1Service>("orders-g1-a"));
        Assert.NotNull(world.Find<V1PersistentVolumeClaim>("data-orders-g1-0"));
        Assert.Equal("True", Condition(world, ConditionType.Ready).Status);
    }

    [Fact]
    public void Another_size_of_volume_is_reported_and_the_set_keeps_the_one_it_has()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { Storage = s.Brokers.Storage with { Size = "40Gi" } } });

        world.Pass();

        Assert.Equal(nameof(Reason.StorageDiffers), Condition(world, ConditionType.ConfigurationApplied).Reason);
        var claim = Assert.Single(world.Find<V1StatefulSet>("orders-g0")!.Spec!.VolumeClaimTemplates!);
        Assert.Equal("20Gi", claim.Spec!.Resources!.Requests!["storage"].ToString());
        Assert.Empty(world.Pass());
    }

    static V1Condition Condition(World world, ConditionType type) =>
        world.Status.Conditions!.Single(c => c.Type == type.ToString());

    static void Delete(World world, string kind, string name)
    {
        switch (kind)
        {
            case "ConfigMap":
                world.Remove<V1ConfigMap>(name);
                break;
            case "Service":
                world.Remove<V1Service>(name);
                break;
            case "EndpointSlice":
                world.Remove<V1EndpointSlice>(name);
                break;
            case "Lease":
                world.Remove<V1Lease>(name);
                break;
            case "Role":
                world.Remove<V1Role>(name);
                break;
            case "PodDisruptionBudget":
                world.Remove<V1PodDisruptionBudget>(name);
                break;
            default:
                world.Remove<V1StatefulSet>(name);
                break;
        }
    }
}
