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
        Assert.Equal(["Ready", "Consuming"], group.Status.Conditions!.Select(c => c.Type));
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

    [Fact]
    public void A_group_that_is_not_ready_is_not_judged()
    {
        var group = Group();
        group.Status = new GroupStatus();
        Assert.Null(GroupClientsPlanner.Plan(group, new GroupClients(1, 0), DateTimeOffset.UnixEpoch));
    }

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
