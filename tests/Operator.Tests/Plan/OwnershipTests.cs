using k8s.Models;
using Operator.Plan;
using Operator.Plan.Actions;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>What is the instance's, and what only looks like it.</summary>
public sealed class OwnershipTests
{
    [Theory]
    [InlineData(true, "u1", true)] // lost its labels
    [InlineData(true, "u1", false)]
    [InlineData(true, null, true)] // lost its owner, or was orphaned
    [InlineData(false, null, false)]
    [InlineData(false, "u2", true)]
    public void An_object_is_the_instances_by_its_controller_or_without_one_by_its_marks(
        bool isSame,
        string? controller,
        bool labels
    )
    {
        var child = Service("u1", labels: true);
        Assert.Equal(isSame, Ownership.IsSame(Service(controller, labels), child));
    }

    [Fact]
    public void What_a_deleted_instance_of_the_same_name_left_is_told_from_what_others_made()
    {
        var child = Service("u1", labels: true);
        Assert.True(Ownership.IsLeftOver(Service("u2", labels: true), child));
        var other = Service("u2", labels: true);
        other.Metadata.OwnerReferences![0] = other.Metadata.OwnerReferences[0] with
        {
            Kind = "Deployment",
            Name = "web",
        };
        Assert.False(Ownership.IsLeftOver(other, child));
        Assert.Equal("belongs to Deployment web", Ownership.Holder(other));
    }

    [Fact]
    public void An_object_with_the_label_of_an_instance_that_is_anothers_counts_as_missing_and_is_not_pruned()
    {
        var world = new World().Settled();
        var set = world.Find<V1StatefulSet>("orders-g0")!;
        world.Put(
            set with
            {
                Metadata = set.Metadata with
                {
                    OwnerReferences = [set.Metadata.OwnerReferences![0] with { Uid = "another" }],
                },
            }
        );

        var actions = world.Pass();

        var apply = Assert.IsType<ApplyChild>(Assert.Single(actions));
        Assert.Equal("orders-g0", apply.Desired.Metadata.Name);
        Assert.Null(apply.Uid); // created or refused, never taken over
    }

    [Fact]
    public void A_lease_that_lost_a_label_gets_it_again()
    {
        var world = new World().Settled();
        var lease = world.Find<V1Lease>("orders-g0")!;
        lease.Metadata.Labels!.Remove(Labels.Group);

        var create = Assert.IsType<CreateChild>(Assert.Single(world.Pass()));

        Assert.True(create.Exists);
        Assert.Equal("orders-g0", create.Desired.Metadata.Name);
    }

    [Fact]
    public void A_set_needs_everything_that_its_pods_use_or_are_reached_by()
    {
        var actions = new World().Pass();
        var set = actions.Single(a => a.Child == "StatefulSet orders-g0");
        Assert.Superset(
            new HashSet<string>
            {
                "ServiceAccount orders-broker",
                "ConfigMap orders-g0",
                "Service orders-g0-a",
                "EndpointSlice orders-g0-b",
                "Lease orders-g0",
            },
            set.Needs.ToHashSet()
        );
        Assert.Contains(
            "ServiceAccount orders-broker",
            actions.Single(a => a.Child == "RoleBinding orders-broker").Needs
        );
    }

    static V1Service Service(string? controller, bool labels) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "orders-ns",
                Labels = labels ? Labels.Of("orders", Labels.NameServer) : null,
                OwnerReferences = controller is null
                    ? null
                    :
                    [
                        new V1OwnerReference
                        {
                            ApiVersion = "rocketmq.io/v1alpha1",
                            Kind = "RocketMQInstance",
                            Name = "orders",
                            Uid = controller,
                            Controller = true,
                        },
                    ],
            },
        };
}
