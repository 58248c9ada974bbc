using k8s.Models;
using Operator.Api.Groups;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class GroupClientsPlannerTests
{
    [Theory]
    [InlineData(0, 0L, "False", "NoMembers", Backlog.Low)]
    [InlineData(2, 999L, "True", "KeepingUp", Backlog.Low)]
    [InlineData(2, 1_000L, "True", "Behind", Backlog.Thousands)]
    [InlineData(0, 100_000L, "False", "NoMembers", Backlog.HundredThousands)]
    [InlineData(1, 10_000_000L, "True", "Behind", Backlog.Millions)]
    public void Figures_become_a_condition_and_a_step(
        int members,
        long behind,
        string status,
        string reason,
        Backlog backlog
    )
    {
        var group = Look(Group(), members, behind);

        var consuming = group.Status.Conditions!.Single(c => c.Type == "Consuming");
        Assert.Equal((status, reason), (consuming.Status, consuming.Reason));
        Assert.Equal(backlog, group.Status.Backlog);
        Assert.Equal(["Ready", "Consuming", "Consistent"], group.Status.Conditions!.Select(c => c.Type));
    }

    [Fact]
    public void What_changes_within_a_step_is_not_written()
    {
        var group = Look(Group(), 2, 5_000);

        Assert.Null(GroupClientsPlanner.Plan(group, new GroupClients(3, 99_999), DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_backlog_around_a_bound_is_written_once()
    {
        var group = Look(Group(), 1, 1_000);

        Assert.Null(GroupClientsPlanner.Plan(group, new GroupClients(1, 999), DateTimeOffset.UnixEpoch));
        Assert.Equal(Backlog.Low, Look(group, 1, 499).Status.Backlog);
    }

    [Fact]
    public void A_group_that_broadcasts_has_no_backlog()
    {
        var group = Look(Group(), 1, null);

        Assert.Null(group.Status.Backlog);
        Assert.Equal("KeepingUp", group.Status.Conditions![1].Reason);
    }

    [Theory]
    [InlineData(0, "", "Unknown", "NoMembers", "No member is online")]
    [InlineData(0, null, "Unknown", "NoMembers", "No member is online")]
    [InlineData(2, null, "Unknown", "NotObserved", "does not compare")]
    [InlineData(2, "", "True", "SameSubscriptions", "All members subscribe to the same")]
    [InlineData(
        2,
        "unlike a, b subscribes not to x",
        "False",
        "SubscriptionsDiffer",
        "unlike a, b subscribes not to x."
    )]
    public void What_a_broker_says_of_subscriptions_becomes_a_condition(
        int members,
        string? difference,
        string status,
        string reason,
        string message
    )
    {
        var group = Group();
        group.Status = Plan(group, new GroupClients(members, 0, difference))!;

        var consistent = group.Status!.Conditions!.Single(c => c.Type == "Consistent");
        Assert.Equal((status, reason), (consistent.Status, consistent.Reason));
        Assert.Contains(message, consistent.Message, StringComparison.Ordinal);
        Assert.Null(Plan(group, new GroupClients(members, 0, difference)));
    }

    [Fact]
    public void A_long_sentence_about_subscriptions_fits_into_the_status()
    {
        var status = Plan(Group(), new GroupClients(2, 0, new string('x', 5_000)));

        Assert.InRange(status!.Conditions!.Single(c => c.Type == "Consistent").Message!.Length, 900, 1_024);
    }

    [Fact]
    public void What_was_seen_under_another_spec_is_looked_at_again()
    {
        var group = Look(Group(), 1, 0);
        Assert.True(GroupClientsPlanner.IsTold(group));
        group.Metadata.Generation = 2;
        Assert.False(GroupClientsPlanner.IsTold(group));
        Assert.True(GroupClientsPlanner.IsTold(Look(group, 1, 0)));
    }

    [Fact]
    public void A_group_that_is_not_ready_is_not_judged()
    {
        var group = Group();
        group.Status = new GroupStatus();
        Assert.Null(GroupClientsPlanner.Plan(group, new GroupClients(1, 0), DateTimeOffset.UnixEpoch));
    }

    static GroupStatus? Plan(Group group, GroupClients clients) =>
        GroupClientsPlanner.Plan(group, clients, DateTimeOffset.UnixEpoch);

    static Group Look(Group group, int members, long? behind)
    {
        group.Status = GroupClientsPlanner.Plan(group, new GroupClients(members, behind), DateTimeOffset.UnixEpoch)!;
        return group;
    }

    static Group Group() =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "readers", Generation = 1 },
            Status = new GroupStatus { Conditions = [Condition("Ready")] },
        };

    static V1Condition Condition(string type) =>
        new()
        {
            Type = type,
            Status = "True",
            Reason = "AsExpected",
            Message = "",
            ObservedGeneration = 1,
            LastTransitionTime = default,
        };
}
