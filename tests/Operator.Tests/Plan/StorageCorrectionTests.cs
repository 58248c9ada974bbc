using k8s.Models;
using Operator.Api.Instances;
using Operator.Plan.Actions;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>A mistake in the storage of a group that never had a volume.</summary>
public sealed class StorageCorrectionTests
{
    const string ClaimName = "data-orders-g0-0";

    [Theory]
    [InlineData("fast", "20Gi")]
    [InlineData(null, "20Gi")]
    [InlineData("fasst", "2Gi")]
    public void Until_a_volume_is_bound_the_set_is_made_again_with_the_corrected_storage(string? className, string size)
    {
        var world = Misspelt();
        world.Change(s => Storage(s, className, size));

        Assert.Equal(2, world.Pass().OfType<DeleteChild>().Count());
        Assert.Null(world.Find<V1PersistentVolumeClaim>(ClaimName));
        world.Remove<V1Pod>("orders-g0-0"); // with its set
        world.Pass();
        world.StartPods();
        world.Elect();
        world.Pass();

        var template = Assert.Single(world.Find<V1StatefulSet>("orders-g0")!.Spec!.VolumeClaimTemplates!);
        Assert.Equal(className, template.Spec!.StorageClassName);
        Assert.Equal(size, template.Spec.Resources!.Requests!["storage"].ToString());
        Assert.Equal("True", world.Status.Conditions!.Single(c => c.Type == "ConfigurationApplied").Status);
    }

    [Theory]
    [InlineData("Bound", null)]
    [InlineData("Lost", null)]
    [InlineData("Pending", "pv-1")]
    [InlineData(null, null)]
    public void A_volume_that_is_or_may_be_bound_stays_and_the_difference_is_told(string? phase, string? volume)
    {
        var world = Misspelt();
        var claim = world.Find<V1PersistentVolumeClaim>(ClaimName)!;
        world.Put(
            claim with
            {
                Spec = claim.Spec! with { VolumeName = volume },
                Status = new V1PersistentVolumeClaimStatus { Phase = phase },
            }
        );
        world.Change(s => Storage(s, "fast", "20Gi"));

        Assert.DoesNotContain(world.Pass(), a => a is DeleteChild);
        Assert.Contains(
            "of class fasst and spec.brokers.storage.className is fast",
            world.Status.Conditions!.Single(c => c.Type == "ConfigurationApplied").Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_set_waits_until_the_last_claim_of_the_former_one_is_gone()
    {
        var world = Misspelt();
        world.Remove<V1StatefulSet>("orders-g0");
        world.Find<V1PersistentVolumeClaim>(ClaimName)!.Metadata.DeletionTimestamp = world.Now.UtcDateTime;

        Assert.DoesNotContain(world.Pass(), a => a is ApplyChild { Desired: V1StatefulSet });
        world.Remove<V1PersistentVolumeClaim>(ClaimName);
        Assert.Contains(world.Pass(), a => a is ApplyChild { Desired: V1StatefulSet });
    }

    [Fact]
    public void Another_label_of_claim_templates_is_not_sent_to_a_live_set()
    {
        var world = new World().Settled();
        var live = world.Find<V1StatefulSet>("orders-g0")!;
        live.Spec!.VolumeClaimTemplates![0].Metadata.Labels!["of"] = "an older version";

        world.Pass();

        var set = world.Find<V1StatefulSet>("orders-g0")!;
        Assert.Equal("an older version", set.Spec!.VolumeClaimTemplates![0].Metadata.Labels!["of"]);
        Assert.Equal("True", world.Status.Conditions!.Single(c => c.Type == "ConfigurationApplied").Status);
        Assert.Empty(world.Pass());
    }

    [Fact]
    public void The_longest_list_of_name_servers_fits_into_the_status()
    {
        var longest = new RocketMQInstance
        {
            Metadata = new V1ObjectMeta { Name = new string('a', 40), NamespaceProperty = new string('b', 63) },
        };
        var list = Operator.Plan.InstanceNames.Of(longest).NameServerList(9);
        Assert.InRange(list.Length, 1025, 2048);
    }

    static World Misspelt()
    {
        var world = new World(Storage(new InstanceSpec(), "fasst", "20Gi"));
        world.Pass();
        world.StartPods();
        var claim = world.Find<V1PersistentVolumeClaim>(ClaimName)!;
        world.Put(claim with { Status = new V1PersistentVolumeClaimStatus { Phase = "Pending" } });
        world.Ready("orders-g0-0", ready: false);
        world.Pass();
        return world;
    }

    static InstanceSpec Storage(InstanceSpec spec, string? className, string size) =>
        spec with
        {
            Brokers = spec.Brokers with { Storage = spec.Brokers.Storage with { ClassName = className, Size = size } },
        };
}
