using k8s.Models;
using Operator.Api;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Plan;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class GroupPlannerTests
{
    [Fact]
    public void A_group_is_set_as_specified()
    {
        var plan = Plan(
            new GroupSpec
            {
                MaxRetries = 3,
                ConsumeEnabled = false,
                BroadcastEnabled = false,
                Orderly = true,
            }
        );

        var change = Assert.Single(plan.Changes);
        Assert.Equal(new GroupSettings(false, false, 3, true), change.Settings);
        Assert.Equal("readers", change.Name);
        Assert.Equal("readers", plan.Outcome([]).Status!.GroupName);
    }

    [Fact]
    public void A_group_that_is_as_specified_is_left_alone() =>
        Assert.Empty(Plan(new GroupSpec(), new GroupSettings(true, true, 16, false)).Changes);

    [Theory]
    [InlineData("TOOLS_CONSUMER")]
    [InlineData("CID_RMQ_SYS_TRANS")]
    [InlineData("white space")]
    public void A_name_that_brokers_use_or_refuse_is_refused(string name)
    {
        var plan = Plan(new GroupSpec { GroupName = name });

        Assert.Empty(plan.Changes);
        Assert.Equal("InvalidSpec", plan.Outcome([]).Status!.Conditions!.Single(c => c.Type == "Ready").Reason);
    }

    [Fact]
    public void An_id_of_an_offset_reset_keeps_its_first_wish_whatever_the_server_admits()
    {
        var first = Reset(OffsetPosition.Earliest);
        var noted = Plan(first).Outcome([]).Status!;
        Assert.Equal(first.OffsetReset, noted.OffsetReset!.Wish);

        var refused = Plan(Reset(OffsetPosition.Latest), before: noted).Outcome([]).Status!;
        var ready = refused.Conditions!.Single(c => c.Type == "Ready");
        Assert.Equal("InvalidSpec", ready.Reason);
        Assert.Contains("an offsetReset is carried out once per id", ready.Message, StringComparison.Ordinal);
        Assert.Equal(noted.OffsetReset, refused.OffsetReset);

        var another = Plan(Reset(OffsetPosition.Latest, "2"), before: refused).Outcome([]).Status!;
        Assert.Equal(("2", OffsetPosition.Latest), (another.OffsetReset!.Id, another.OffsetReset.Wish!.To));

        static GroupSpec Reset(OffsetPosition to, string id = "1") =>
            new()
            {
                OffsetReset = new OffsetResetSpec
                {
                    Id = id,
                    Topic = "payments",
                    To = to,
                },
            };
    }

    static RemotePlan<GroupStatus, GroupSettings> Plan(
        GroupSpec spec,
        GroupSettings? has = null,
        GroupStatus? before = null
    )
    {
        IReadOnlyDictionary<string, GroupSettings> holds = has is { } settings
            ? new Dictionary<string, GroupSettings> { ["readers"] = settings }
            : new Dictionary<string, GroupSettings>();
        return GroupPlanner.Plan(
            new RemoteObservation<Group, GroupSettings>
            {
                Entity = new Group
                {
                    Metadata = new V1ObjectMeta
                    {
                        Name = "readers",
                        NamespaceProperty = "shop",
                        Uid = "g",
                        Generation = (before?.ObservedGeneration ?? 0) + 1, // a changed spec is another generation
                    },
                    Spec = spec with { InstanceRef = new InstanceReference { Name = "orders" } },
                    Status = before!,
                },
                Instance = Observed.Known(
                    new InstanceLookup(
                        new RocketMQInstance
                        {
                            Metadata = new V1ObjectMeta { Name = "orders", NamespaceProperty = "shop" },
                        }
                    )
                ),
                Masters = [new MasterView<GroupSettings>("orders-g0", Observed.Known(holds))],
                Now = DateTimeOffset.UnixEpoch,
            }
        );
    }
}
