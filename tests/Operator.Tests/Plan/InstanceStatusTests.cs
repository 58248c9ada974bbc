using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Actions;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class InstanceStatusTests
{
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
    public void A_pod_that_waits_for_its_volume_names_the_claim_and_its_class()
    {
        var world = new World(
            new InstanceSpec { Brokers = new BrokersSpec { Storage = new StorageSpec { ClassName = "fast" } } }
        ).Settled();
        world.Set("orders-g0-0", ConditionTableTests.Unschedulable);
        world.Now += TimeSpan.FromMinutes(1);
        world.Pass();

        var degraded = Condition(world, ConditionType.Degraded);
        Assert.Equal("Unschedulable", degraded.Reason);
        Assert.Contains("data-orders-g0-0 (class fast) is not bound", degraded.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_that_are_not_made_stay_reported_and_are_written_once()
    {
        var world = new World();
        world.Pass();
        world.Pass();
        world.Now += TimeSpan.FromMinutes(2);
        world.Pass();
        var degraded = Condition(world, ConditionType.Degraded);
        Assert.Equal(("True", "PodsNotReady"), (degraded.Status, degraded.Reason));
        Assert.Contains("kubectl describe statefulset orders-ns says why", degraded.Message, StringComparison.Ordinal);

        var (written, events) = (world.Statuses.Count, world.Events.Count);
        for (var i = 0; i < 20; i++)
        {
            world.Now += TimeSpan.FromSeconds(7);
            world.Pass();
        }
        Assert.Equal((written, events), (world.Statuses.Count, world.Events.Count));
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
    public void Pods_that_wait_to_be_replaced_are_no_outage()
    {
        var settled = new World().Settled();
        var upgraded = new World { Settings = new() { Image = "rocketmq:2" } };
        foreach (var child in settled.Everything())
            upgraded.Put(child);
        foreach (var (key, address) in settled.Routes)
            upgraded.Routes[key] = address;
        upgraded.Instance.Status = settled.Status;

        upgraded.Pass();
        upgraded.Pass();

        Assert.Equal("True", Condition(upgraded, ConditionType.Ready).Status);
        Assert.Equal(InstancePhase.Running, upgraded.Status.Phase);
        Assert.DoesNotContain(upgraded.Status.Conditions!, c => c.Type is "Stalled" or "Reconciling");
        var outdated = Condition(upgraded, ConditionType.PodsOutdated);
        Assert.Equal(("True", nameof(Reason.RollPending)), (outdated.Status, outdated.Reason));
        Assert.Contains("orders-ns-0, orders-ns-1, orders-g0-0", outdated.Message, StringComparison.Ordinal);
        Assert.False(Assert.Single(upgraded.Events).IsWarning);
    }

    [Fact]
    public void A_key_that_brokers_do_not_know_is_a_warning_and_no_outage()
    {
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Groups = 2 } }).Settled();
        world.IgnoredSettings.Add("broker.conf, line 3: foo is not a key of this broker.");

        world.Pass();

        var warning = Condition(world, ConditionType.Warning);
        Assert.Equal(("True", nameof(Reason.SettingsIgnored)), (warning.Status, warning.Reason));
        Assert.EndsWith(
            ": broker.conf, line 3: foo is not a key of this broker.",
            warning.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("True", Condition(world, ConditionType.Ready).Status);
    }

    [Fact]
    public void A_size_that_differs_does_not_hide_pods_that_wait()
    {
        var world = new World().Settled();
        world.Change(s =>
            s with
            {
                Image = "rocketmq:2",
                Brokers = s.Brokers with { Storage = s.Brokers.Storage with { Size = "40Gi" } },
            }
        );

        world.Pass();

        Assert.Equal(nameof(Reason.StorageDiffers), Condition(world, ConditionType.ConfigurationApplied).Reason);
        Assert.Contains("orders-g0-0", Condition(world, ConditionType.PodsOutdated).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_configuration_is_a_change_of_the_template()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { Retention = s.Brokers.Retention with { Time = "5d" } } });

        world.Pass();

        var file = Path.GetFileName(
            world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template.Spec!.Containers[0].Args![^1]
        );
        Assert.Contains(
            "fileReservedTime=120\n",
            world.Find<V1ConfigMap>("orders-g0")!.Data![file],
            StringComparison.Ordinal
        );
        var applied = Condition(world, ConditionType.ConfigurationApplied);
        Assert.Equal(nameof(Reason.RollPending), applied.Reason);
        Assert.DoesNotContain("orders-ns", applied.Message, StringComparison.Ordinal);
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

    static V1Condition Condition(World world, ConditionType type) =>
        world.Status.Conditions!.Single(c => c.Type == type.ToString());
}
