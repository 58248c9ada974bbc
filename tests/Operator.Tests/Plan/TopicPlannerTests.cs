using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Topics;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class TopicPlannerTests
{
    static readonly TopicSettings Eight = new(8, 8, 6, false, "NORMAL");

    [Fact]
    public void A_topic_is_made_on_every_group_and_then_left_alone()
    {
        var world = new RemoteWorld();

        var changes = world.Pass();

        Assert.Equal(["orders-g0", "orders-g1"], changes.Select(c => c.BrokerGroup));
        Assert.All(changes, c => Assert.Equal(Eight, c.Settings));
        Assert.Equal("True", world.Ready.Status);
        Assert.Equal(
            (16, "payments", 1L),
            (world.Topic.Status.Queues, world.Topic.Status.TopicName, world.Topic.Status.ObservedGeneration)
        );
        var writes = world.Writes;
        for (var i = 0; i < 100; i++)
            Assert.Empty(world.Pass());
        Assert.Equal(writes, world.Writes);
        Assert.Single(world.Events);
    }

    [Fact]
    public void A_change_at_a_broker_is_repaired_and_told()
    {
        var world = new RemoteWorld();
        world.Pass();
        world.Masters["orders-g1"].Remove("payments");

        Assert.Equal("orders-g1", Assert.Single(world.Pass()).BrokerGroup);
        Assert.Contains(world.Events, e => e.Reason == Reason.DriftRepaired);
    }

    [Theory]
    [InlineData(TopicPermission.ReadWrite, 6)]
    [InlineData(TopicPermission.ReadOnly, 4)]
    [InlineData(TopicPermission.WriteOnly, 2)]
    public void Permissions_are_the_brokers_bits_and_other_bits_stay(TopicPermission permission, int bits)
    {
        var world = new RemoteWorld();
        world.Masters["orders-g0"]["payments"] = Eight with { Permission = 7 };
        world.Change(s => s with { Permission = permission });

        world.Pass();

        Assert.Equal(bits | 1, world.Masters["orders-g0"]["payments"].Permission);
        Assert.Equal(bits, world.Masters["orders-g1"]["payments"].Permission);
    }

    [Fact]
    public void Fewer_queues_are_refused_and_the_rest_is_carried_out()
    {
        var world = new RemoteWorld();
        world.Pass();
        world.Change(s => s with { QueuesPerBroker = 4, Permission = TopicPermission.ReadOnly });

        world.Pass();

        Assert.Equal(Eight with { Permission = 4 }, world.Masters["orders-g0"]["payments"]);
        Assert.Equal(nameof(Reason.FewerQueues), world.Ready.Reason);
        Assert.Contains("set spec.queuesPerBroker to 8", world.Ready.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_in_global_order_has_one_queue_on_the_first_group()
    {
        var world = new RemoteWorld();
        world.Change(s => s with { MessageType = MessageType.GlobalOrder });

        world.Pass();

        Assert.Equal(new TopicSettings(1, 1, 6, true, "FIFO"), world.Masters["orders-g0"]["payments"]);
        Assert.Empty(world.Masters["orders-g1"]);
        Assert.Equal(1, world.Topic.Status.Queues);
    }

    [Fact]
    public void The_older_claim_wins_and_then_the_smaller_uid()
    {
        var world = new RemoteWorld();
        world.Claims.Add(RemoteWorld.Claim("uid-9", createdAt: 5));
        Assert.Empty(world.Pass());
        Assert.Equal(nameof(Reason.Conflict), world.Ready.Reason);
        Assert.Contains("shop/of-uid-9", world.Ready.Message, StringComparison.Ordinal);

        var same = new RemoteWorld();
        same.Claims.Add(RemoteWorld.Claim("uid-9", createdAt: 10));
        Assert.Equal(2, same.Pass().Count);
        var smaller = new RemoteWorld();
        smaller.Claims.Add(RemoteWorld.Claim("uid-1", createdAt: 10));
        Assert.Empty(smaller.Pass());
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("orders-g0")]
    [InlineData("orders-g17")]
    public void Names_of_the_cluster_and_its_brokers_are_reserved(string name)
    {
        var world = new RemoteWorld();
        world.Change(s => s with { TopicName = name });

        Assert.Empty(world.Pass());
        Assert.Equal(nameof(Reason.ReservedName), world.Ready.Reason);
    }

    [Fact]
    public void A_topic_of_another_namespace_needs_leave()
    {
        var world = new RemoteWorld();
        world.Topic.Metadata.NamespaceProperty = "billing";
        world.Change(s =>
            s with
            {
                InstanceRef = new InstanceReference { Name = "orders", Namespace = "shop" },
            }
        );
        world.Pass();
        Assert.Equal(nameof(Reason.NamespaceNotAllowed), world.Ready.Reason);

        world.Instance!.Spec = world.Instance.Spec with { Access = new() { AllowedNamespaces = ["billing"] } };
        world.Pass();
        Assert.Equal("True", world.Ready.Status);
    }

    [Fact]
    public void Beyond_the_limit_the_youngest_wait_and_what_exists_stays()
    {
        var world = new RemoteWorld();
        world.Instance!.Spec = world.Instance.Spec with { Limits = new() { Topics = 1 } };
        world.Claims.Add(RemoteWorld.Claim("uid-1", createdAt: 1, "refunds"));
        Assert.Empty(world.Pass());
        Assert.Equal(nameof(Reason.LimitReached), world.Ready.Reason);

        world.Masters["orders-g0"]["payments"] = Eight;
        world.Pass();
        Assert.Equal("True", world.Ready.Status);
    }

    [Fact]
    public void A_ready_topic_stays_so_while_its_brokers_are_away()
    {
        var world = new RemoteWorld();
        world.Pass();
        var writes = world.Writes;
        world.Silent.Add("orders-g1");

        Assert.Empty(world.Pass());
        Assert.Equal(writes, world.Writes);
    }

    [Fact]
    public void A_new_topic_is_made_where_there_is_a_master_and_waits_for_the_rest()
    {
        var world = new RemoteWorld();
        world.Silent.Add("orders-g1");

        Assert.Equal("orders-g0", Assert.Single(world.Pass()).BrokerGroup);
        Assert.Equal(nameof(Reason.InstanceNotReady), world.Ready.Reason);
        world.Silent.Clear();
        world.Pass();
        Assert.Equal("True", world.Ready.Status);
    }

    [Fact]
    public void A_broker_that_refuses_is_named_with_its_own_words()
    {
        var world = new RemoteWorld();

        world.Pass(new RemoteFailure("orders-g1", "topic name is illegal"));

        Assert.Equal(nameof(Reason.BrokerRefused), world.Ready.Reason);
        Assert.Contains("orders-g1: topic name is illegal", world.Ready.Message, StringComparison.Ordinal);
        world.Pass();
        Assert.Equal("True", world.Ready.Status);
    }

    [Fact]
    public void Observing_only_changes_nothing()
    {
        var world = new RemoteWorld();
        world.Change(s => s with { Management = Management.ObserveOnly, DeletionPolicy = DeletionPolicy.Delete });

        Assert.Empty(world.Pass());
        Assert.Equal(nameof(Reason.Differs), world.Ready.Reason);
        Assert.Null(world.Topic.Metadata.Finalizers);
    }

    [Fact]
    public void Retain_needs_no_finalizer_and_deletes_nothing()
    {
        var world = new RemoteWorld();
        world.Pass();
        Assert.Null(world.Topic.Metadata.Finalizers);
        world.Delete();

        Assert.Empty(world.Pass());
        Assert.True(world.Masters["orders-g0"].ContainsKey("payments"));
    }

    [Fact]
    public void Delete_removes_the_topic_everywhere_and_then_the_finalizer()
    {
        var world = Deletable();
        world.Delete();

        Assert.All(world.Pass(), c => Assert.Null(c.Settings));
        Assert.True(world.Gone);
        Assert.Empty(world.Masters["orders-g0"]);
    }

    [Fact]
    public void Deletion_waits_for_a_master_and_after_ten_minutes_says_what_to_do()
    {
        var world = Deletable();
        world.Delete();
        world.Silent.Add("orders-g1");
        world.Pass();
        Assert.Equal(nameof(Reason.Deleting), world.Ready.Reason);
        world.Now += TimeSpan.FromMinutes(11);

        world.Pass();

        Assert.False(world.Gone);
        Assert.Equal(nameof(Reason.DeletionBlocked), world.Ready.Reason);
        world.Change(s => s with { DeletionPolicy = DeletionPolicy.Retain });
        world.Pass();
        Assert.True(world.Gone);
    }

    [Fact]
    public void A_refused_deletion_keeps_the_finalizer()
    {
        var world = Deletable();
        world.Delete();

        world.Pass(new RemoteFailure("orders-g0", "no"));

        Assert.False(world.Gone);
    }

    [Fact]
    public void Without_its_instance_a_topic_is_let_go()
    {
        var world = Deletable();
        world.Delete();
        world.Instance = null;

        Assert.Empty(world.Pass());
        Assert.True(world.Gone);
        Assert.Contains(world.Events, e => e.Reason == Reason.Released);
    }

    [Fact]
    public void An_instance_that_was_not_seen_is_not_one_that_is_gone()
    {
        var world = Deletable();
        world.Delete();
        world.InstanceUnseen = "the cache is not filled yet";

        world.Pass();

        Assert.False(world.Gone);
    }

    [Fact]
    public void The_loser_of_a_conflict_does_not_delete_the_winners_topic()
    {
        var world = Deletable();
        world.Claims.Add(RemoteWorld.Claim("uid-1", createdAt: 1));
        world.Delete();

        Assert.Empty(world.Pass());
        Assert.True(world.Gone);
        Assert.True(world.Masters["orders-g0"].ContainsKey("payments"));
    }

    public static TheoryData<string, Func<TopicSpec, TopicSpec>> ChangesThatAreRefused =>
        new()
        {
            { "topicName cannot be changed", s => s with { TopicName = "refunds" } },
            { "instanceRef cannot be changed", s => s with { InstanceRef = new InstanceReference { Name = "other" } } },
            { "messageType cannot be changed", s => s with { MessageType = MessageType.Delay } },
        };

    [Theory]
    [MemberData(nameof(ChangesThatAreRefused))]
    public void What_cannot_be_changed_is_refused_in_every_pass_even_where_the_server_knows_no_rules(
        string message,
        Func<TopicSpec, TopicSpec> change
    )
    {
        var world = new RemoteWorld();
        world.Pass();
        world.Change(change);

        for (var pass = 0; pass < 3; pass++)
        {
            Assert.Empty(world.Pass());
            Assert.Equal(nameof(Reason.InvalidSpec), world.Ready.Reason);
            Assert.Contains(message, world.Ready.Message, StringComparison.Ordinal);
        }

        world.Change(s =>
            s with
            {
                TopicName = null,
                InstanceRef = new InstanceReference { Name = "orders" },
                MessageType = MessageType.Normal,
            }
        );
        world.Pass();
        Assert.Equal("True", world.Ready.Status);
    }

    [Fact]
    public void A_name_of_three_hundred_characters_is_refused_with_advice()
    {
        var world = new RemoteWorld();
        world.Change(s => s with { TopicName = new string('a', 300) });

        Assert.Empty(world.Pass());
        Assert.Contains("at most 127 characters", world.Ready.Message, StringComparison.Ordinal);
    }

    static RemoteWorld Deletable()
    {
        var world = new RemoteWorld();
        world.Change(s => s with { DeletionPolicy = DeletionPolicy.Delete });
        world.Pass();
        Assert.Equal([Finalizers.Name], world.Topic.Metadata.Finalizers!);
        return world;
    }
}
