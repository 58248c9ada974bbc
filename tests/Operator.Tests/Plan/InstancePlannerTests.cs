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
    public void A_settled_instance_is_ready_and_another_hundred_passes_write_nothing()
    {
        var world = new World().Settled();

        Assert.Equal("True", Condition(world, ConditionType.Ready).Status);
        Assert.Equal(InstancePhase.Running, world.Status.Phase);
        Assert.Equal(("2/2", "1/1"), (world.Status.NameServers, world.Status.Brokers));
        var written = world.Statuses.Count;
        var events = world.Events.Count;
        for (var i = 0; i < 100; i++)
        {
            world.Now += TimeSpan.FromMinutes(1);
            Assert.Empty(world.Pass());
        }
        Assert.Equal(written, world.Statuses.Count);
        Assert.Equal(events, world.Events.Count);
        Assert.DoesNotContain(world.Status.Conditions!, c => c.Type is "Stalled" or "Reconciling" or "Paused");
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
    public void What_others_add_to_a_child_is_left_alone()
    {
        var world = new World().Settled();
        world
            .Find<V1StatefulSet>("orders-g0")!
            .Spec!.Template.Spec!.Containers.Add(new V1Container { Name = "injected" });
        world.Find<V1Service>("orders-ns")!.Metadata.Annotations!["somebody"] = "else";

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
    public void An_address_that_could_not_be_had_again_is_an_event()
    {
        var world = new World().Settled();
        var service = world.Find<V1Service>("orders-g0-a")!;
        world.Put(service with { Spec = service.Spec! with { ClusterIP = "10.9.9.9" } });

        world.Pass();

        Assert.Contains(world.Events, e => e is { Reason: Reason.AddressChanged, IsWarning: true });
        Assert.Equal("10.9.9.9", world.Status.Addresses!["orders-g0-a"]);
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
    public void Nothing_is_written_while_the_children_cannot_be_seen()
    {
        var world = new World().Settled();
        world.ChildrenUnseen = "the cache is not filled yet";

        Assert.Empty(world.Pass());
        Assert.Equal("Unknown", Condition(world, ConditionType.Ready).Status);
        Assert.Equal("2/2", world.Status.NameServers);
        Assert.Single(world.Status.Groups!);
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
    public void A_change_of_the_template_waits_for_somebody_to_delete_the_pods()
    {
        var world = new World().Settled();
        world.Change(s => s with { Image = "rocketmq:2" });

        world.Pass();

        var applied = Condition(world, ConditionType.ConfigurationApplied);
        Assert.Equal(nameof(Reason.RollPending), applied.Reason);
        Assert.Contains("orders-g0-0", applied.Message, StringComparison.Ordinal);
        Assert.Contains("orders-ns-1", applied.Message, StringComparison.Ordinal);
        foreach (var pod in world.All<V1Pod>().Select(p => p.Metadata.Name!).ToList())
            world.Remove<V1Pod>(pod);
        world.StartPods();
        world.Pass();
        world.Pass();
        Assert.Equal("True", Condition(world, ConditionType.Ready).Status);
    }

    [Fact]
    public void A_change_of_configuration_is_a_change_of_the_template()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { Retention = s.Brokers.Retention with { Time = "5d" } } });

        world.Pass();

        Assert.Contains(
            "fileReservedTime=120\n",
            world.Find<V1ConfigMap>("orders-g0")!.Data!["broker.conf"],
            StringComparison.Ordinal
        );
        var applied = Condition(world, ConditionType.ConfigurationApplied);
        Assert.Equal(nameof(Reason.RollPending), applied.Reason);
        Assert.DoesNotContain("orders-ns", applied.Message, StringComparison.Ordinal);
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

    [Fact]
    public void Volumes_go_with_the_instance_only_under_delete()
    {
        var world = new World().Settled();
        Assert.Null(world.Find<V1PersistentVolumeClaim>("data-orders-g0-0")!.Metadata.OwnerReferences);

        world.Change(s => WithPolicy(s, DeletionPolicy.Delete));
        world.Pass();
        Assert.Equal(
            "RocketMQInstance",
            Assert.Single(world.Find<V1PersistentVolumeClaim>("data-orders-g0-0")!.Metadata.OwnerReferences!).Kind
        );

        world.Change(s => WithPolicy(s, DeletionPolicy.Retain));
        world.Pass();
        Assert.Null(world.Find<V1PersistentVolumeClaim>("data-orders-g0-0")!.Metadata.OwnerReferences);
    }

    [Fact]
    public void A_paused_instance_is_observed_and_not_changed()
    {
        var world = new World().Settled();
        world.Change(s => s with { Paused = true, Image = "rocketmq:2" });

        Assert.Empty(world.Pass());
        Assert.Equal(nameof(Reason.PausedBySpec), Condition(world, ConditionType.ConfigurationApplied).Reason);
        Assert.Equal(InstancePhase.Paused, world.Status.Phase);
        Assert.Equal("True", Condition(world, ConditionType.Available).Status);
    }

    [Fact]
    public void An_invalid_spec_changes_nothing_and_what_runs_is_still_reported()
    {
        var world = new World().Settled();
        world.Change(s =>
            s with
            {
                Brokers = s.Brokers with { Config = new Dictionary<string, string> { ["brokerName"] = "x" } },
            }
        );

        Assert.Empty(world.Pass());

        var ready = Condition(world, ConditionType.Ready);
        Assert.Equal(("False", nameof(Reason.InvalidSpec)), (ready.Status, ready.Reason));
        Assert.Contains("remove brokerName", ready.Message, StringComparison.Ordinal);
        Assert.Equal("True", Condition(world, ConditionType.Available).Status);
        Assert.Equal("True", Condition(world, ConditionType.Stalled).Status);
        Assert.Equal(2, world.Status.ObservedGeneration);
    }

    [Fact]
    public void A_route_to_the_service_of_another_epoch_is_not_a_registration()
    {
        var world = new World().Settled();
        world.Routes[("orders-ns-1", "orders-g0")] = $"{world.Find<V1Service>("orders-g0-a")!.Spec!.ClusterIP}:10911";

        world.Pass();

        var ready = Condition(world, ConditionType.Ready);
        Assert.Equal(nameof(Reason.Registering), ready.Reason);
        Assert.Contains("orders-ns-1", ready.Message, StringComparison.Ordinal);
        Assert.Equal("True", Condition(world, ConditionType.Available).Status);
    }

    [Fact]
    public void The_status_shows_master_epoch_and_set_of_each_group()
    {
        var group = Assert.Single(new World().Settled().Status.Groups!);

        Assert.Equal(("orders-g0", "orders-g0-0", 1L), (group.Name, group.Master, group.Epoch));
        Assert.Equal(["orders-g0-0"], group.InSync!);
        var replica = Assert.Single(group.Replicas!);
        Assert.Equal((ReplicaRole.Master, ReplicaState.Ready), (replica.Role, replica.State));
    }

    [Fact]
    public void A_terminating_pod_does_not_count_as_ready()
    {
        var world = new World().Settled();
        world.Set(
            "orders-g0-0",
            p => p with { Metadata = p.Metadata with { DeletionTimestamp = world.Now.UtcDateTime } }
        );

        world.Pass();

        Assert.Equal("0/1", world.Status.Brokers);
        Assert.Equal(nameof(Reason.NoMaster), Condition(world, ConditionType.Available).Reason);
    }

    [Fact]
    public void Transitions_are_events_and_repetitions_are_not()
    {
        var world = new World().Settled();
        world.Events.Clear();
        world.Waiting("orders-g0-0", "CrashLoopBackOff", "back-off 10s restarting failed container");
        world.Pass();
        world.Waiting("orders-g0-0", "CrashLoopBackOff", "back-off 20s restarting failed container");
        var written = world.Statuses.Count;
        world.Pass();

        Assert.Equal(Reason.CrashLooping, Assert.Single(world.Events).Reason);
        Assert.Equal(written, world.Statuses.Count);
    }

    [Fact]
    public void The_transition_time_moves_only_with_the_status()
    {
        var world = new World().Settled();
        var since = Condition(world, ConditionType.Ready).LastTransitionTime;
        world.Now += TimeSpan.FromHours(1);
        world.Change(s => s with { Limits = s.Limits with { Topics = 5 } });

        world.Pass();

        Assert.Equal(since, Condition(world, ConditionType.Ready).LastTransitionTime);
        Assert.Equal(2, Condition(world, ConditionType.Ready).ObservedGeneration);
    }

    [Fact]
    public void The_instance_id_has_the_form_that_clients_know()
    {
        var world = new World().Settled();

        Assert.Matches("^MQ_INST_[0-9]+_[a-z0-9]+$", world.Status.InstanceId);
    }

    [Fact]
    public void A_message_is_never_longer_than_the_schema_allows()
    {
        var world = new World();
        world.Pass(new ActionFailure("Service orders-ns", true, new string('x', 5000)));

        Assert.All(world.Status.Conditions!, c => Assert.True(c.Message.Length <= 1024));
    }

    static InstanceSpec WithPolicy(InstanceSpec spec, DeletionPolicy policy) =>
        spec with
        {
            Brokers = spec.Brokers with { Storage = spec.Brokers.Storage with { DeletionPolicy = policy } },
        };

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
