using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Actions;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>What becomes of volumes: only the policy at the moment of the deletion decides.</summary>
public sealed class InstanceDeletionTests
{
    const string ClaimName = "data-orders-g0-0";

    [Theory]
    [InlineData(DeletionPolicy.Retain, false)]
    [InlineData(DeletionPolicy.Delete, true)]
    public void A_claim_has_no_owner_and_the_instance_a_finalizer_only_under_delete(DeletionPolicy policy, bool held)
    {
        var world = World(policy);

        Assert.Null(Claim(world)!.Metadata.OwnerReferences);
        Assert.Equal(held, Finalizers.Has(world.Instance.Metadata));
    }

    [Fact]
    public void Under_delete_the_sets_go_first_then_the_volumes_and_then_the_instance()
    {
        var world = World(DeletionPolicy.Delete);
        Delete(world);

        Assert.Equal(["StatefulSet orders-g0"], Names(world.Pass()));
        Assert.Equal(["PersistentVolumeClaim data-orders-g0-0"], Names(world.Pass()));
        Assert.True(Finalizers.Has(world.Instance.Metadata));
        Assert.Empty(world.Pass());
        Assert.False(Finalizers.Has(world.Instance.Metadata));
    }

    [Theory]
    [InlineData("as it is")]
    [InlineData("invalid")]
    [InlineData("paused")]
    [InlineData("a Service is missing")]
    public void After_a_switch_to_retain_the_volumes_stay_whatever_else_is_wrong(string state)
    {
        var world = World(DeletionPolicy.Delete);
        if (state == "invalid")
            world.Change(s => s with { Brokers = s.Brokers with { Replicas = 7 } });
        if (state == "paused")
            world.Change(s => s with { Paused = true });
        if (state == "a Service is missing")
            world.Remove<V1Service>("orders-g0-a");
        world.Change(s => WithPolicy(s, DeletionPolicy.Retain));
        Delete(world);

        Assert.Empty(world.Pass());

        Assert.NotNull(Claim(world));
        Assert.False(Finalizers.Has(world.Instance.Metadata));
    }

    [Theory]
    [InlineData("paused", "until spec.paused is false")]
    [InlineData("unseen", "were not seen")]
    public void A_deletion_that_cannot_be_judged_waits_and_says_for_what(string state, string message)
    {
        var world = World(DeletionPolicy.Delete);
        if (state == "paused")
            world.Change(s => s with { Paused = true });
        else
            world.ChildrenUnseen = "forbidden";
        Delete(world);

        Assert.Empty(world.Pass());
        Assert.True(Finalizers.Has(world.Instance.Metadata));
        Assert.Contains(
            message,
            world.Status.Conditions!.Single(c => c.Type == nameof(ConditionType.Ready)).Message,
            StringComparison.Ordinal
        );

        world.Change(s => s with { Paused = false });
        world.Now += TimeSpan.FromMinutes(11);
        while (world.Pass().Count > 0) { }
        Assert.Equal(state == "unseen", Claim(world) is not null); // what was never seen is left
        Assert.False(Finalizers.Has(world.Instance.Metadata));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_deletion_that_orphans_the_children_leaves_the_volumes_too(bool collectorWasFirst)
    {
        var world = World(DeletionPolicy.Delete);
        if (collectorWasFirst)
            world.Find<V1StatefulSet>("orders-g0")!.Metadata.OwnerReferences = null;
        else
            world.Instance.Metadata.Finalizers!.Add("orphan");
        Delete(world);

        Assert.Empty(world.Pass());
        Assert.NotNull(Claim(world));
        Assert.False(Finalizers.Has(world.Instance.Metadata));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_reference_that_an_older_version_wrote_is_taken_off_whatever_else_is_wrong(bool paused, bool invalid)
    {
        var world = World(DeletionPolicy.Retain);
        var other = new V1OwnerReference
        {
            ApiVersion = "backup.example/v1",
            Kind = "Backup",
            Name = "b",
            Uid = "b",
        };
        Claim(world)!.Metadata.OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = "rocketmq.io/v1alpha1",
                Kind = "RocketMQInstance",
                Name = "orders",
                Uid = world.Instance.Metadata.Uid!,
            },
            other,
        ];
        world.Change(s => s with { Paused = paused, Brokers = s.Brokers with { Replicas = invalid ? 7 : 1 } });

        Assert.Single(world.Pass(), a => a is DisownChild);
        Assert.Equal([other], Claim(world)!.Metadata.OwnerReferences!);
        Assert.DoesNotContain(world.Pass(), a => a is DisownChild);
    }

    [Fact]
    public void A_claim_that_only_has_the_labels_is_not_a_volume_of_the_instance()
    {
        var world = World(DeletionPolicy.Delete);
        var claim = Claim(world)!;
        world.Put(claim with { Metadata = claim.Metadata with { Name = "backup-of-orders" } });
        Delete(world);

        while (world.Pass().Count > 0) { }

        Assert.NotNull(world.Find<V1PersistentVolumeClaim>("backup-of-orders"));
        Assert.Null(Claim(world));
    }

    [Fact]
    public void While_it_is_paused_no_finalizer_is_added()
    {
        var world = new World(WithPolicy(new InstanceSpec { Paused = true }, DeletionPolicy.Delete));
        world.Pass();
        Assert.False(Finalizers.Has(world.Instance.Metadata));
    }

    static World World(DeletionPolicy policy) => new World(WithPolicy(new InstanceSpec(), policy)).Settled();

    static void Delete(World world) => world.Instance.Metadata.DeletionTimestamp = world.Now.UtcDateTime;

    static V1PersistentVolumeClaim? Claim(World world) => world.Find<V1PersistentVolumeClaim>(ClaimName);

    static IEnumerable<string> Names(IEnumerable<PlannedAction> actions) =>
        actions.Select(a =>
            a is DeleteChild delete ? $"{delete.Live.GetType().Name[2..]} {delete.Live.Metadata.Name}" : "?"
        );

    static InstanceSpec WithPolicy(InstanceSpec spec, DeletionPolicy policy) =>
        spec with
        {
            Brokers = spec.Brokers with { Storage = spec.Brokers.Storage with { DeletionPolicy = policy } },
        };
}
