using k8s.Models;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Api.Schemas;
using Operator.Api.Topics;
using Operator.Plan.Actions;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>
/// Each row of the table of conditions can be reached, so that the reference holds nothing that never happens.
/// </summary>
public sealed class ConditionTableTests
{
    [Fact]
    public void Every_row_of_an_instance_is_reached() =>
        Reached(ResourceKinds.Instance, [.. Instances().SelectMany(w => w.Statuses.SelectMany(s => s.Conditions!))]);

    [Fact]
    public void Every_row_of_a_topic_is_reached() =>
        Reached(ResourceKinds.Topic, [.. Topics().SelectMany(w => w.Topic.Status.Conditions!)]);

    [Fact]
    public void A_row_says_what_it_means_in_a_sentence() =>
        Assert.All(ConditionTable.Rows, r => Assert.Matches("^[A-Z].*\\.$", r.Meaning));

    [Fact]
    public void No_row_stands_twice() =>
        Assert.Equal(
            ConditionTable.Rows.Count,
            ConditionTable.Rows.DistinctBy(r => (r.Kinds, r.Type, r.Status, r.Reason)).Count()
        );

    static void Reached(ResourceKinds kind, IReadOnlyList<V1Condition> seen)
    {
        var pending = CustomResource.All.Count; // the initial status of the schema holds Ready=Unknown/Pending
        Assert.NotEqual(0, pending);
        var unreached = ConditionTable
            .Rows.Where(r => r.Kinds.HasFlag(kind) && r.Reason != Reason.Pending)
            .Where(r =>
                !seen.Any(c => c.Type == r.Type.ToString() && c.Status == r.Status && c.Reason == r.Reason.ToString())
            )
            .Select(r => $"{r.Type}={r.Status}/{r.Reason}");
        Assert.Equal([], unreached);
    }

    static IEnumerable<World> Instances()
    {
        yield return new World().Settled();
        yield return After(w => w.ChildrenUnseen = "no answer");
        yield return After(w => w.Silent.UnionWith(["orders-ns-0", "orders-ns-1"]));
        yield return After(w => w.Instance.Metadata.DeletionTimestamp = w.Now.UtcDateTime);
        yield return After(w => w.Change(s => s with { Image = "rocketmq:2" }));
        yield return After(w => w.Change(s => s with { Paused = true, Image = "rocketmq:2" }));
        yield return After(w => w.Change(s => s with { Image = "" }));
        yield return After(w => w.Change(s => s with { Paused = true }), w => w.Remove<V1Service>("orders-ns"));
        yield return After(w => w.IgnoredSettings.Add("broker.conf, line 3: foo is not a key of this broker."));
        var neverValid = new World(new InstanceSpec { Image = "" });
        neverValid.Pass();
        yield return neverValid;
        yield return After(w =>
            w.Change(s => s with { Brokers = s.Brokers with { Storage = s.Brokers.Storage with { Size = "40Gi" } } })
        );
        yield return After(w => w.Waiting("orders-g0-0", "ImagePullBackOff"));
        yield return After(w => w.Waiting("orders-g0-0", "CrashLoopBackOff"));
        yield return After(w => w.Waiting("orders-g0-0", "CreateContainerConfigError"));
        yield return After(w => w.Ready("orders-g0-0", ready: false), w => w.Now += TimeSpan.FromHours(1));
        yield return After(w => w.Set("orders-g0-0", Unschedulable), w => w.Now += TimeSpan.FromMinutes(1));
        yield return After(w => w.Routes.Clear());
        yield return After(w => w.Ready("orders-ns-0", ready: false), w => w.Ready("orders-ns-1", ready: false));
        var two = new World(new InstanceSpec { Brokers = new BrokersSpec { Groups = 2 } }).Settled();
        two.Change(s => s with { Brokers = s.Brokers with { Groups = 1 } });
        two.Pass();
        yield return two;
        foreach (var refusal in new[] { true, false })
        {
            var refused = new World();
            refused.Pass(new ActionFailure("Service orders-ns", refusal, "no"));
            yield return refused;
        }
        var taken = new World();
        taken.Pass(new ActionFailure("Service orders-ns", true, "was not made by this operator", IsTaken: true));
        yield return taken;
        var headless = new World();
        headless.Pass();
        headless.StartPods();
        headless.Pass();
        headless.Now += TimeSpan.FromMinutes(2);
        headless.Pass();
        yield return headless;
    }

    static World After(params Action<World>[] changes)
    {
        var world = new World().Settled();
        foreach (var change in changes)
        {
            change(world);
            world.Pass();
        }
        return world;
    }

    internal static V1Pod Unschedulable(V1Pod pod) =>
        pod with
        {
            Status = new V1PodStatus
            {
                Conditions =
                [
                    new V1PodCondition
                    {
                        Type = "PodScheduled",
                        Status = "False",
                        Reason = "Unschedulable",
                        Message = "0/3 nodes",
                    },
                ],
            },
        };

    static IEnumerable<RemoteWorld> Topics()
    {
        yield return Topic(_ => { });
        yield return Topic(w => w.Change(s => s with { QueuesPerBroker = 0 }));
        yield return Topic(w => w.Instance = null);
        yield return Topic(w => w.InstanceUnseen = "no answer");
        yield return Topic(w => w.Topic.Metadata.NamespaceProperty = "billing", w => w.Change(InShop));
        yield return Topic(w => w.Silent.Add("orders-g0"));
        yield return Topic(w => w.Claims.Add(RemoteWorld.Claim("uid-1", 1)));
        yield return Topic(w => w.Change(s => s with { TopicName = "orders" }));
        yield return Topic(w => w.Change(s => s with { Management = Management.ObserveOnly }));
        yield return Topic(w => w.Instance!.Spec = w.Instance.Spec with { Paused = true });
        yield return Topic(w => w.Masters["orders-g0"]["payments"] = new TopicSettings(9, 9, 6, false, "NORMAL"));
        yield return Topic(
            w => w.Instance!.Spec = w.Instance.Spec with { Limits = new() { Topics = 1 } },
            w => w.Claims.Add(RemoteWorld.Claim("uid-1", 1, "refunds"))
        );
        foreach (var queues in new int?[] { int.MaxValue, null })
        {
            var looked = Topic(_ => { });
            var routes = new[] { new TopicRoute("orders-ns-0", queues) };
            looked.Topic.Status = TopicRoutePlanner.Plan(looked.Topic, routes, looked.Now)!;
            yield return looked;
        }
        var refused = new RemoteWorld();
        refused.Pass(new RemoteFailure("orders-g0", "no"));
        yield return refused;
        foreach (var minutes in new[] { 1, 11 })
        {
            var deleted = Topic(w => w.Change(s => s with { DeletionPolicy = DeletionPolicy.Delete }));
            deleted.Delete();
            deleted.Silent.Add("orders-g0");
            deleted.Now += TimeSpan.FromMinutes(minutes);
            deleted.Pass();
            yield return deleted;
        }
    }

    static TopicSpec InShop(TopicSpec spec) =>
        spec with
        {
            InstanceRef = new InstanceReference { Name = "orders", Namespace = "shop" },
        };

    static RemoteWorld Topic(params Action<RemoteWorld>[] changes)
    {
        var world = new RemoteWorld();
        foreach (var change in changes)
            change(world);
        world.Pass();
        return world;
    }
}
