using k8s.Models;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Topics;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>Who has a name that several resources ask for, and what becomes of what is stored under it.</summary>
public sealed class ClaimRulesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void While_another_claim_lives_a_deleted_topic_is_released_and_its_messages_stay(int createdAt)
    {
        var world = new RemoteWorld();
        world.Change(s => s with { DeletionPolicy = DeletionPolicy.Delete });
        world.Pass();
        world.Claims.Clear(); // its own does not count any more
        world.Claims.Add(RemoteWorld.Claim("uid-7", createdAt));
        world.Delete();

        Assert.Empty(world.Pass());

        Assert.True(world.Gone);
        Assert.True(world.Masters["orders-g0"].ContainsKey("payments"));
        var released = Assert.Single(world.Events, e => e.Reason == Reason.Released);
        Assert.Contains("shop/of-uid-7", released.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_to_another_name_does_not_keep_a_deleted_topic()
    {
        var world = new RemoteWorld();
        world.Change(s => s with { DeletionPolicy = DeletionPolicy.Delete });
        world.Pass();
        world.Claims.Clear();
        world.Claims.Add(RemoteWorld.Claim("uid-7", 1, "refunds"));
        world.Delete();

        Assert.Equal(2, world.Pass().Count);
        Assert.Empty(world.Masters["orders-g0"]);
    }

    [Theory]
    [InlineData(true, "shop", "payments", Management.Managed)]
    [InlineData(true, "billing", "payments", Management.Managed)]
    [InlineData(false, "elsewhere", "payments", Management.Managed)]
    [InlineData(false, "shop", "payments", Management.ObserveOnly)]
    [InlineData(false, "shop", "TBW102", Management.Managed)]
    public void Only_what_may_be_carried_out_claims_a_topic(
        bool claims,
        string @namespace,
        string name,
        Management management
    )
    {
        var topic = new Topic
        {
            Metadata = new V1ObjectMeta { Name = "t", NamespaceProperty = @namespace },
            Spec = new TopicSpec { TopicName = name, Management = management },
        };
        Assert.Equal(claims, TopicPlanner.Claims(topic, Instance));
        topic.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.False(TopicPlanner.Claims(topic, Instance));
    }

    [Theory]
    [InlineData(true, "shop", Management.Managed)]
    [InlineData(false, "elsewhere", Management.Managed)]
    [InlineData(false, "shop", Management.ObserveOnly)]
    public void Only_what_may_be_carried_out_claims_a_group(bool claims, string @namespace, Management management)
    {
        var group = new Group
        {
            Metadata = new V1ObjectMeta { Name = "readers", NamespaceProperty = @namespace },
            Spec = new GroupSpec { Management = management },
        };
        Assert.Equal(claims, GroupPlanner.Claims(group, Instance));
    }

    [Fact]
    public void Two_claims_to_one_name_count_once_toward_the_limit()
    {
        var table = ClaimTable.Of([
            RemoteWorld.Claim("uid-1", 1),
            RemoteWorld.Claim("uid-2", 2),
            RemoteWorld.Claim("uid-3", 3, "refunds"),
        ]);

        Assert.Equal(1, table.NamesBefore("uid-3"));
        Assert.Null(table.NamesBefore("uid-4"));
        Assert.Equal("uid-1", table.Winner("payments", "uid-2")!.Uid);
        Assert.Null(table.Winner("payments", "uid-1"));
        Assert.Null(table.Winner("payments", "uid-4"));
        Assert.Equal("uid-1", table.Heir("payments", "uid-4")!.Uid);
    }

    [Fact]
    public void A_topic_that_only_observes_says_what_differs_and_shows_the_queues_that_exist()
    {
        var world = new RemoteWorld();
        world.Masters["orders-g0"]["payments"] = new TopicSettings(4, 4, 4, false, "NORMAL");
        world.Change(s =>
            s with
            {
                Management = Management.ObserveOnly,
                MessageType = MessageType.PartitionedOrder,
                QueuesPerBroker = 8,
            }
        );

        Assert.Empty(world.Pass());

        Assert.Equal(nameof(Reason.Differs), world.Ready.Reason);
        Assert.Equal(
            "orders-g0 has 4 write queues instead of 8, 4 read queues instead of 8, permission 4 instead of 6, "
                + "message.type NORMAL instead of FIFO; orders-g1 has no such topic. "
                + "Management is ObserveOnly, so nothing is changed",
            world.Ready.Message
        );
        Assert.Equal(4, world.Topic.Status.Queues);
        Assert.Null(world.Plan().Order); // name servers are not told either
    }

    [Fact]
    public void A_status_that_was_edited_by_hand_is_corrected_and_refuses_nothing()
    {
        var world = new RemoteWorld();
        world.Pass();
        world.Change(s => s with { QueuesPerBroker = 9 });
        world.Pass();
        world.Topic.Status = world.Topic.Status with
        {
            TopicName = "other",
            InstanceRef = new InstanceReference { Name = "other" },
            MessageType = MessageType.Delay,
        };

        world.Pass();

        Assert.Equal("True", world.Ready.Status);
        Assert.Equal("payments", world.Topic.Status.TopicName);
        Assert.Equal(MessageType.Normal, world.Topic.Status.MessageType);
    }

    [Fact]
    public void A_status_of_nothing_but_a_wrong_name_refuses_nothing()
    {
        var world = new RemoteWorld();
        world.Change(s => s with { QueuesPerBroker = 9 });
        world.Topic.Status = new TopicStatus { TopicName = "other" };

        world.Pass();

        Assert.Equal("True", world.Ready.Status);
    }

    static RocketMQInstance Instance { get; } =
        new()
        {
            Metadata = new V1ObjectMeta { Name = "orders", NamespaceProperty = "shop" },
            Spec = new InstanceSpec { Access = new AccessSpec { AllowedNamespaces = ["billing"] } },
        };
}
