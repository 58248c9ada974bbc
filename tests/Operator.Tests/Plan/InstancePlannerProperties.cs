using FsCheck;
using FsCheck.Fluent;
using k8s;
using Operator.Api;
using Operator.Api.Instances;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>
/// What holds for any spec, whatever happens to the pods meanwhile. FsCheck prints the seed of a failure.
/// </summary>
public sealed class InstancePlannerProperties
{
    static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(25);

    [Fact]
    public void The_same_observation_gives_the_same_plan() =>
        Check.One(
            Runs,
            Prop.ForAll(
                Specs,
                spec =>
                {
                    var seen = new World(spec).Observe();
                    return Text(InstancePlanner.Plan(seen)) == Text(InstancePlanner.Plan(seen));
                }
            )
        );

    [Fact]
    public void Once_a_plan_was_carried_out_the_next_one_writes_nothing() =>
        Check.One(
            Runs,
            Prop.ForAll(
                Specs,
                spec =>
                {
                    var world = new World(spec).Settled();
                    var statuses = world.Statuses.Count;
                    return world.Pass().Count == 0 && world.Statuses.Count == statuses;
                }
            )
        );

    [Fact]
    public void From_any_spec_to_any_other_it_comes_to_rest() =>
        Check.One(
            Runs,
            Prop.ForAll(
                Specs,
                Specs,
                (from, to) =>
                {
                    var world = new World(from).Settled();
                    world.Change(_ => to);
                    world.Pass();
                    world.StartPods();
                    world.Elect();
                    world.Pass();
                    world.Pass();
                    var statuses = world.Statuses.Count;
                    return world.Pass().Count == 0
                        && world.Statuses.Count == statuses
                        && world.Status.ObservedGeneration == 2;
                }
            )
        );

    [Fact]
    public void An_operator_that_dies_after_any_write_is_finished_by_the_next() =>
        Check.One(
            Runs,
            Prop.ForAll(
                Specs,
                spec =>
                {
                    var whole = new World(spec);
                    var names = whole.Pass().Select(a => a.Child).Order(StringComparer.Ordinal).ToList();
                    for (var first = 0; first < names.Count; first++)
                    {
                        var world = new World(spec);
                        var plan = InstancePlanner.Plan(world.Observe()).Actions;
                        world.Carry(plan.Take(first));
                        var rest = world.Pass().Select(a => a.Child);
                        if (
                            !plan.Take(first)
                                .Select(a => a.Child)
                                .Concat(rest)
                                .Order(StringComparer.Ordinal)
                                .SequenceEqual(names)
                        )
                            return false;
                    }
                    return true;
                }
            )
        );

    static Arbitrary<InstanceSpec> Specs =>
        (
            from nameServers in Gen.Choose(1, 4)
            from groups in Gen.Choose(1, 4)
            from flush in Gen.Elements(FlushMode.Async, FlushMode.Sync)
            from policy in Gen.Elements(DeletionPolicy.Retain, DeletionPolicy.Delete)
            from size in Gen.Elements("1Gi", "20Gi", "2048Mi")
            from days in Gen.Choose(1, 9)
            from memory in Gen.Elements("512Mi", "1024Mi", "2Gi")
            select new InstanceSpec
            {
                NameServers = new NameServersSpec { Replicas = nameServers },
                Brokers = new BrokersSpec
                {
                    Groups = groups,
                    Flush = flush,
                    Storage = new StorageSpec { Size = size, DeletionPolicy = policy },
                    Retention = new RetentionSpec { Time = $"{days}d" },
                    Resources = ResourcesSpec.Of("1000m", memory, memory),
                },
            }
        ).ToArbitrary();

    static string Text(InstancePlan plan) =>
        string.Join('\n', plan.Actions.Select(a => a.Child))
        + plan.WakeAfter
        + KubernetesJson.Serialize(plan.Outcome([]).Status!);
}
