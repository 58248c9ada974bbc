using System.Text.Json.Nodes;
using k8s.Models;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Actions;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>Pods that a corrected spec replaces, and those that it leaves alone.</summary>
public sealed class StuckPodTests
{
    [Fact]
    public void A_pod_whose_image_never_came_is_replaced_when_the_spec_is_corrected()
    {
        var world = WrongImage();
        world.Change(s => s with { Image = "rocketmq:1" });

        world.Pass();
        var actions = world.Pass();

        Assert.Equal("Pod orders-g0-0", Assert.IsType<DeleteChild>(Assert.Single(actions)).Child);
        var degraded = Condition(world, ConditionType.Degraded);
        Assert.Equal("False", degraded!.Status);
        Assert.DoesNotContain(world.Status.Conditions!, c => c.Message.Contains("wrong", StringComparison.Ordinal));
        Assert.Null(world.Find<V1Pod>("orders-g0-0"));
        world.StartPods();
        world.Elect(2);
        world.Pass();
        world.Pass();
        Assert.Equal("True", Condition(world, ConditionType.Ready)!.Status);
    }

    [Fact]
    public void A_pod_that_no_node_takes_is_replaced_when_the_spec_is_corrected()
    {
        var world = new World().Settled();
        world.Change(s => s with { Brokers = s.Brokers with { PodTemplate = NodeSelector("nowhere") } });
        Remake(world, pod => ConditionTableTests.Unschedulable(pod) with { Status = Pending("Unschedulable") });
        world.Change(s => s with { Brokers = s.Brokers with { PodTemplate = null } });

        world.Pass();

        Assert.Contains(world.Pass(), a => a is DeleteChild { Child: "Pod orders-g0-0" });
    }

    [Fact]
    public void A_pod_that_crashed_from_its_first_start_is_replaced()
    {
        var world = WrongImage();
        world.Set("orders-g0-0", pod => pod with { Status = Crashing(world.Now, readyAfter: TimeSpan.Zero) });
        world.Change(s => s with { Image = "rocketmq:1" });

        world.Pass();

        Assert.Contains(world.Pass(), a => a is DeleteChild { Child: "Pod orders-g0-0" });
    }

    [Fact]
    public void A_pod_that_was_ready_once_is_left_to_people_and_its_condition_says_so()
    {
        var world = WrongImage();
        world.Set("orders-g0-0", pod => pod with { Status = Crashing(world.Now, TimeSpan.FromMinutes(3)) });
        world.Change(s => s with { Image = "rocketmq:1" });

        world.Pass();

        Assert.DoesNotContain(world.Pass(), a => a is DeleteChild);
        var degraded = Condition(world, ConditionType.Degraded)!;
        Assert.Equal(nameof(Reason.CrashLooping), degraded.Reason);
        Assert.Contains("runs an older template", degraded.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_healthy_pod_is_never_deleted()
    {
        var world = new World().Settled();
        world.Change(s => s with { Image = "rocketmq:2" });

        for (var i = 0; i < 5; i++)
            Assert.DoesNotContain(world.Pass(), a => a is DeleteChild);
    }

    [Fact]
    public void A_pod_that_starts_with_an_older_template_may_finish()
    {
        var world = new World().Settled();
        world.Set(
            "orders-g0-0",
            pod =>
                pod with
                {
                    Status = new V1PodStatus
                    {
                        Phase = "Running",
                        StartTime = world.Now.UtcDateTime,
                        Conditions = [NotReady(world.Now.UtcDateTime)],
                    },
                }
        );
        world.Change(s => s with { Image = "rocketmq:2" });

        world.Pass();

        Assert.DoesNotContain(world.Pass(), a => a is DeleteChild); // a broker reads its log
    }

    [Fact]
    public void Nothing_is_replaced_before_the_set_has_the_corrected_template()
    {
        var world = WrongImage();
        world.Change(s => s with { Image = "rocketmq:1" });

        Assert.DoesNotContain(world.Pass(), a => a is DeleteChild);
        world.Set(
            "orders-g0",
            (V1StatefulSet set) =>
                set with
                {
                    Metadata = set.Metadata with { Generation = 3 },
                    Status = new V1StatefulSetStatus { Replicas = 1, ObservedGeneration = 2 },
                }
        );
        Assert.DoesNotContain(world.Pass(), a => a is DeleteChild); // its controller still makes pods of the old one
    }

    [Fact]
    public void A_paused_instance_keeps_its_stuck_pods()
    {
        var world = WrongImage();
        world.Change(s => s with { Image = "rocketmq:1" });
        world.Pass();
        world.Change(s => s with { Paused = true });

        Assert.Empty(world.Pass());
    }

    /// <summary>The brokers' image was wrong when their pod was made.</summary>
    static World WrongImage()
    {
        var world = new World().Settled();
        world.Change(s => s with { Image = "wrong:1" });
        Remake(world, pod => pod with { Status = Pending("ImagePullBackOff") });
        Assert.Equal(nameof(Reason.ImagePullFailed), Condition(world, ConditionType.Degraded)!.Reason);
        return world;
    }

    static void Remake(World world, Func<V1Pod, V1Pod> change)
    {
        world.Pass();
        world.Remove<V1Pod>("orders-g0-0");
        world.StartPods();
        world.Set("orders-g0-0", change);
        world.Now += TimeSpan.FromMinutes(5);
        world.Pass();
        world.Pass();
    }

    static V1PodStatus Pending(string reason) =>
        new()
        {
            Phase = "Pending",
            Conditions =
            [
                new V1PodCondition
                {
                    Type = "PodScheduled",
                    Status = reason == "Unschedulable" ? "False" : "True",
                    Reason = reason,
                    Message = "0/3 nodes",
                },
            ],
            ContainerStatuses = reason == "Unschedulable" ? null : [Container(reason, restarts: 0)],
        };

    static V1PodStatus Crashing(DateTimeOffset now, TimeSpan readyAfter)
    {
        var started = now.UtcDateTime.AddMinutes(-5);
        return new V1PodStatus
        {
            Phase = "Running",
            StartTime = started,
            Conditions = [NotReady(started + readyAfter)],
            ContainerStatuses = [Container("CrashLoopBackOff", restarts: 4)],
        };
    }

    static V1PodCondition NotReady(DateTime since) =>
        new()
        {
            Type = "Ready",
            Status = "False",
            LastTransitionTime = since,
        };

    static V1ContainerStatus Container(string reason, int restarts) =>
        new()
        {
            Name = "broker",
            Image = "wrong:1",
            ImageID = "",
            Ready = false,
            RestartCount = restarts,
            State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason } },
        };

    static JsonObject NodeSelector(string disk) =>
        new() { ["spec"] = new JsonObject { ["nodeSelector"] = new JsonObject { ["disk"] = disk } } };

    static V1Condition? Condition(World world, ConditionType type) =>
        world.Status.Conditions!.SingleOrDefault(c => c.Type == type.ToString());
}
