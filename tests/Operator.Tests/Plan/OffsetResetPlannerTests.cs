using k8s.Models;
using Operator.Api.Groups;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

public sealed class OffsetResetPlannerTests
{
    const string Time = "2026-01-31T08:00:00Z";

    static readonly string[] Both = ["orders-g0", "orders-g1"];

    [Theory]
    [InlineData(OffsetPosition.Latest, null, -1L)]
    [InlineData(OffsetPosition.Earliest, null, 0L)]
    [InlineData(OffsetPosition.Timestamp, "2026-01-31T08:00:00Z", 1769846400000L)]
    public void A_position_is_what_brokers_are_told(OffsetPosition to, string? time, long timestamp)
    {
        var plan = OffsetResetPlanner.Plan(Group(to, time), Both, paused: false)!;

        Assert.Equal(timestamp, plan.Timestamp);
        Assert.Equal(Both, plan.BrokerGroups);
    }

    [Fact]
    public void An_id_that_is_done_is_not_repeated_and_another_one_is_another_reset()
    {
        var group = Group();
        Answer(group, new OffsetResetAnswer("orders-g0"), new OffsetResetAnswer("orders-g1"));

        Assert.Equal(OffsetResetState.Done, group.Status.OffsetReset!.State);
        Assert.Null(OffsetResetPlanner.Plan(group, Both, paused: false));

        group.Spec = group.Spec with { OffsetReset = group.Spec.OffsetReset! with { Id = "second" } };
        Assert.Equal(Both, OffsetResetPlanner.Plan(group, Both, paused: false)!.BrokerGroups);
    }

    [Fact]
    public void An_id_that_comes_back_after_others_is_refused_and_the_oldest_are_forgotten()
    {
        var group = Group();
        Answer(group, [.. Both.Select(g => new OffsetResetAnswer(g))]);
        Wish(group, "replaced before anything was set");
        for (var id = 2; id <= OffsetResetStatus.EarlierIdsMax; id++)
        {
            Wish(group, $"{id}");
            Assert.Null(Check(group, []));
            Answer(group, [.. Both.Select(g => new OffsetResetAnswer(g))]);
        }
        Wish(group, "first");
        var refused = Check(group, [])!;
        Assert.Equal(OffsetResetState.Refused, refused.OffsetReset!.State);
        Assert.StartsWith("Id first was used before", refused.OffsetReset.Message);
        Assert.Equal(OffsetResetStatus.EarlierIdsMax, refused.OffsetReset.EarlierIds!.Count);

        group.Status = refused;
        Wish(group, "last");
        Answer(group, [.. Both.Select(g => new OffsetResetAnswer(g))]);
        Assert.Equal("first", group.Status.OffsetReset!.EarlierIds![0]);
        Assert.Single(group.Status.OffsetReset.EarlierIds, "first");
        Wish(group, "replaced before anything was set");
        Assert.Null(Check(group, []));
    }

    [Fact]
    public void A_broker_that_was_reset_is_not_reset_again_while_another_one_is_away()
    {
        var group = Group();
        Answer(group, new OffsetResetAnswer("orders-g0"));

        Assert.Equal(OffsetResetState.Pending, group.Status.OffsetReset!.State);
        Assert.Equal("Waiting for a master of orders-g1", group.Status.OffsetReset.Message);
        Assert.Equal(["orders-g1"], OffsetResetPlanner.Plan(group, Both, paused: false)!.BrokerGroups);
    }

    [Fact]
    public void A_refusal_is_shown_with_the_broker_s_words_and_written_once()
    {
        var group = Group();
        var refusal = new OffsetResetAnswer("orders-g1", "no permission");
        var first = Answer(group, new OffsetResetAnswer("orders-g0"), refusal);
        var second = Answer(group, refusal);

        Assert.Equal("orders-g1: no permission", group.Status.OffsetReset!.Message);
        Assert.Equal("OffsetResetFailed", Assert.Single(first).Reason.ToString());
        Assert.Empty(second);
    }

    [Fact]
    public void A_topic_of_one_broker_group_is_enough_and_a_topic_of_none_is_a_mistake()
    {
        var one = Group();
        Answer(one, new OffsetResetAnswer("orders-g0"), new OffsetResetAnswer("orders-g1", HasNoTopic: true));
        Assert.Equal(OffsetResetState.Done, one.Status.OffsetReset!.State);

        var none = Group();
        Answer(none, [.. Both.Select(g => new OffsetResetAnswer(g, HasNoTopic: true))]);
        Assert.Equal(OffsetResetState.Pending, none.Status.OffsetReset!.State);
        Assert.Contains(
            "No broker group has topic payments",
            none.Status.OffsetReset.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(-999, 5_000, true)]
    [InlineData(400, 5_000, true)] // stored within the second that is wished
    [InlineData(1_000, 5_000, false)]
    [InlineData(-5_000, -1, false)]
    public void A_time_is_taken_from_the_first_kept_message_to_the_last(long first, long last, bool isTaken)
    {
        var group = Group(OffsetPosition.Timestamp, Time);
        var plan = OffsetResetPlanner.Plan(group, Both, paused: false)!;
        Assert.True(plan.HasTimeToCheck);
        var kept = (plan.Timestamp + first, plan.Timestamp + last);
        var outcome = OffsetResetPlanner.Checked(
            group,
            plan,
            [new OffsetResetAnswer("orders-g0", HasNoTopic: true), new OffsetResetAnswer("orders-g1") { Kept = kept }],
            DateTimeOffset.UnixEpoch
        );

        Assert.Equal(isTaken, outcome is null);
        if (outcome is null)
            return;
        group.Status = outcome.Status!;
        Assert.Equal(OffsetResetState.Refused, group.Status.OffsetReset!.State);
        var warning = Assert.Single(group.Status.Conditions!, c => c.Type == "Warning");
        Assert.Equal(group.Status.OffsetReset.Message, warning.Message);
        Assert.StartsWith($"{Time} lies outside of what topic payments keeps", warning.Message);
        Assert.Equal("OffsetResetRefused", Assert.Single(outcome.Events).Reason.ToString());
        // The id is spent, whatever is stored from now on.
        Assert.Null(OffsetResetPlanner.Plan(group, Both, paused: false));
    }

    [Fact]
    public void An_empty_topic_has_no_time_and_a_missing_one_is_a_mistake()
    {
        var group = Group(OffsetPosition.Timestamp, Time);
        Assert.StartsWith(
            $"Topic payments keeps no message, so {Time} leads to none",
            Check(group, [.. Both.Select(g => new OffsetResetAnswer(g))])!.OffsetReset!.Message
        );
        var missing = Check(group, [.. Both.Select(g => new OffsetResetAnswer(g, HasNoTopic: true))])!;
        Assert.Equal(OffsetResetState.Pending, missing.OffsetReset!.State);
        Assert.StartsWith("No broker group has topic payments", missing.OffsetReset.Message);
    }

    [Theory]
    [InlineData(OffsetPosition.Latest, null)]
    [InlineData(OffsetPosition.Timestamp, Time)]
    public void A_group_that_is_broadcast_to_has_no_position_to_set(OffsetPosition to, string? time)
    {
        var group = Group(to, time);
        var refused = Check(group, [new OffsetResetAnswer("orders-g1") { IsBroadcast = true }])!;
        Assert.Equal(OffsetResetState.Refused, refused.OffsetReset!.State);
        Assert.StartsWith("The group is broadcast to", refused.OffsetReset.Message);
    }

    [Fact]
    public void A_reset_to_the_end_begins_where_a_master_answers()
    {
        var group = Group();
        var plan = OffsetResetPlanner.Plan(group, Both, paused: false)!;
        Assert.True(plan.HasToBeChecked);
        var answers = new[] { new OffsetResetAnswer("orders-g0", "no answer") };
        Assert.Null(OffsetResetPlanner.Checked(group, plan, answers, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_reset_to_a_time_begins_once_all_masters_have_said_what_they_keep_and_is_not_checked_in_the_middle()
    {
        var group = Group(OffsetPosition.Timestamp, Time);
        Assert.Equal(
            "Waiting for a master of orders-g1",
            Check(group, [new OffsetResetAnswer("orders-g0")])!.OffsetReset!.Message
        );
        Assert.Equal(
            "orders-g1: no answer",
            Check(
                group,
                [new OffsetResetAnswer("orders-g0"), new OffsetResetAnswer("orders-g1", "no answer")]
            )!.OffsetReset!.Message
        );
        Answer(group, new OffsetResetAnswer("orders-g0"));
        Assert.False(OffsetResetPlanner.Plan(group, Both, paused: false)!.HasTimeToCheck);
        Assert.False(OffsetResetPlanner.Plan(Group(), Both, paused: false)!.HasTimeToCheck);
    }

    static GroupStatus? Check(Group group, IReadOnlyList<OffsetResetAnswer> answers)
    {
        var plan = OffsetResetPlanner.Plan(group, Both, paused: false)!;
        return OffsetResetPlanner.Checked(group, plan, answers, DateTimeOffset.UnixEpoch)?.Status;
    }

    [Fact]
    public void Nothing_is_reset_while_the_instance_is_paused_or_the_group_is_not_as_spec_says()
    {
        Assert.Null(OffsetResetPlanner.Plan(Group(), Both, paused: true));
        var behind = Group();
        behind.Metadata.Generation = 2;
        Assert.Null(OffsetResetPlanner.Plan(behind, Both, paused: false));
        var observed = Group();
        observed.Spec = observed.Spec with { Management = Operator.Api.Management.ObserveOnly };
        Assert.Null(OffsetResetPlanner.Plan(observed, Both, paused: false));
    }

    static void Wish(Group group, string id)
    {
        group.Spec = group.Spec with { OffsetReset = group.Spec.OffsetReset! with { Id = id } };
        group.Status = group.Status with
        {
            OffsetReset = OffsetResetPlanner.Noted(group.Status.OffsetReset, group.Spec),
        };
    }

    static IReadOnlyList<Operator.Plan.PlannedEvent> Answer(Group group, params OffsetResetAnswer[] answers)
    {
        var plan = OffsetResetPlanner.Plan(group, Both, paused: false)!;
        var outcome = OffsetResetPlanner.Outcome(group, plan, answers);
        group.Status = outcome.Status ?? group.Status;
        return outcome.Events;
    }

    static Group Group(OffsetPosition to = OffsetPosition.Latest, string? time = null) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "readers", Generation = 1 },
            Spec = new GroupSpec
            {
                OffsetReset = new OffsetResetSpec
                {
                    Id = "first",
                    Topic = "payments",
                    To = to,
                    Time = time,
                },
            },
            Status = new GroupStatus
            {
                Conditions =
                [
                    new V1Condition
                    {
                        Type = "Synced",
                        Status = "True",
                        Reason = "AsExpected",
                        Message = "",
                        ObservedGeneration = 1,
                        LastTransitionTime = default,
                    },
                ],
            },
        };
}
