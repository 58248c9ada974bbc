using Broker.Replication;
using Xunit;

namespace Broker.Tests.Replication;

public sealed class ElectionTests
{
    static readonly GroupId Drawn = GroupId.Draw(new Random(1));
    static readonly GroupId Group = GroupId.Draw(new Random(2));
    static readonly GroupId Foreign = GroupId.Draw(new Random(3));
    static readonly StoreId Own = StoreId.Draw(new Random(4));
    static readonly StoreId Other = StoreId.Draw(new Random(5));
    static readonly TimeSpan Now = TimeSpan.FromMinutes(5);

    [Fact]
    public void The_first_start_founds_the_group_with_epoch_1()
    {
        var campaign = Campaigns(Input(EmptyLease with { IsNew = true }, ReplicaRecord.Create(Own)));

        Assert.Equal(1, campaign.Promise);
        Assert.Equal(Drawn, campaign.Replacement.Group);
        Assert.Equal(Own.Value, campaign.Replacement.Holder);
        Assert.Equal(new InSyncSet(1, 1, [new InSyncMember(Own, "orders-g0-0")]), campaign.Replacement.Set);
        Assert.False(campaign.Replacement.IsNew);
    }

    [Fact]
    public void A_crash_between_the_promise_and_the_first_Lease_keeps_the_group_id_and_takes_a_fresh_epoch()
    {
        var record = ReplicaRecord.Create(Own).Sealed(1, Group);

        var campaign = Campaigns(Input(EmptyLease with { IsNew = true }, record));

        Assert.Equal(Group, campaign.Replacement.Group);
        Assert.Equal(2, campaign.Promise);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_Lease_is_written_anew_by_an_initialised_store_above_everything_it_promised(bool marked)
    {
        var input = Input(EmptyLease with { IsNew = marked }, Member(promise: 7, epoch: 6)) with { Initialised = true };

        var campaign = Campaigns(input);

        Assert.Equal(8, campaign.Promise);
        Assert.Equal(Group, campaign.Replacement.Group);
        Assert.Equal(8, campaign.Replacement.Set.Epoch);
        Assert.True(campaign.Replacement.Set.Version > 1);
    }

    [Fact]
    public void A_store_that_lost_everything_with_its_Lease_founds_the_group_again() =>
        Assert.Equal(1, Campaigns(Input(EmptyLease, ReplicaRecord.Create(Own))).Promise);

    [Fact]
    public void Its_own_former_self_is_succeeded_at_once() =>
        Assert.Equal(7, Campaigns(Input(Held(Own, 6), Member(6, 6))).Promise);

    [Fact]
    public void A_released_Lease_is_taken_at_once() =>
        Assert.Equal(7, Campaigns(Input(Held(Own, 6) with { Holder = "" }, Member(6, 6))).Promise);

    [Fact]
    public void Another_holder_is_waited_for_until_it_has_been_silent_for_the_whole_lease()
    {
        var lease = Held(Other, 6, Own, Other);
        var silence = default(LeaseSilence).Observe(lease, Seconds(100), Seconds(100));

        var wait = Waits(Input(lease, Member(6, 6)) with { Silence = silence });
        Assert.Equal(WaitReason.HeldByAnother, wait.Reason);
        Assert.Equal(Seconds(115), wait.Until);

        for (var at = 104; at <= 116; at += 4)
            silence = silence.Observe(lease, Seconds(at), Seconds(at));
        var campaign = Campaigns(Input(lease, Member(6, 6)) with { Silence = silence });
        Assert.Equal(7, campaign.Promise);
        Assert.False(campaign.Replacement.Set.Contains(Other));
    }

    [Fact]
    public void A_new_volume_is_a_stranger_and_says_what_would_help()
    {
        var wait = Waits(Input(Held(Other, 6), ReplicaRecord.Create(Own)));

        Assert.Equal(WaitReason.NotMember, wait.Reason);
        Assert.Contains($"{LeaseAnnotations.Override}={Own}", wait.Message, StringComparison.Ordinal);
        Assert.Contains(Other.Value, wait.Message, StringComparison.Ordinal);
        Assert.Null(wait.Until);
    }

    [Fact]
    public void A_member_by_pod_name_alone_is_no_member()
    {
        var lease = Held(Other, 6);
        Assert.Equal("orders-g0-0", lease.Set.Members[0].Pod);
        Assert.Equal(WaitReason.NotMember, Waits(Input(lease, ReplicaRecord.Create(Own))).Reason);
    }

    [Fact]
    public void A_person_may_name_a_stranger_and_the_annotation_goes_with_the_same_write()
    {
        var campaign = Campaigns(Input(Held(Other, 6) with { Override = Own }, ReplicaRecord.Create(Own)));

        Assert.Equal(7, campaign.Promise);
        Assert.Equal(Group, campaign.Replacement.Group);
        Assert.Null(campaign.Replacement.Override);
        Assert.Equal([Own], campaign.Replacement.Set.Members.Select(m => m.Store));
    }

    [Fact]
    public void An_override_that_names_another_store_changes_nothing_here() =>
        Assert.Equal(
            WaitReason.NotMember,
            Waits(Input(Held(Other, 6) with { Override = Other }, ReplicaRecord.Create(Own))).Reason
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_of_another_group_never_joins_not_even_by_override(bool overridden)
    {
        var lease = Held(Own, 6) with { Group = Foreign, Override = overridden ? Own : null };
        Assert.Equal(WaitReason.ForeignGroup, Waits(Input(lease, Member(6, 6))).Reason);
    }

    [Fact]
    public void A_Lease_from_a_backup_is_succeeded_above_what_this_store_knows()
    {
        var campaign = Campaigns(Input(Held(Own, 3), Member(promise: 9, epoch: 9)));
        Assert.Equal(10, campaign.Promise);
    }

    [Fact]
    public void A_Lease_from_a_backup_with_another_holder_still_has_to_fall_silent()
    {
        var lease = Held(Other, 3);
        Assert.Equal(WaitReason.HeldByAnother, Waits(Input(lease, Member(promise: 9, epoch: 9))).Reason);
    }

    [Fact]
    public void An_unsure_store_waits_for_the_other_members_of_its_set()
    {
        var lease = Held(Own, 6, Own, Other);
        var wait = Waits(Input(lease, Member(6, 6) with { Unsure = true }));
        Assert.Equal(WaitReason.Unsure, wait.Reason);
        Assert.Contains(Other.Value, wait.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsure_store_that_is_the_whole_set_goes_on() =>
        Assert.Equal(7, Campaigns(Input(Held(Own, 6), Member(6, 6) with { Unsure = true })).Promise);

    [Fact]
    public void Without_a_Lease_nobody_campaigns() =>
        Assert.Equal(WaitReason.LeaseMissing, Waits(Input(null, Member(6, 6))).Reason);

    [Fact]
    public void A_Lease_that_cannot_be_read_is_left_to_a_person() =>
        Assert.Equal(
            WaitReason.LeaseDamaged,
            Waits(Input(Held(Own, 6) with { Problem = "annotation x" }, Member(6, 6))).Reason
        );

    [Fact]
    public void The_sealed_epoch_in_the_Lease_means_victory_even_when_the_write_had_no_answer()
    {
        var input = Input(Held(Own, 7), Member(7, 6)) with { Role = ElectionRole.Sealed(7) };
        Assert.Equal(7, Assert.IsType<ElectionDecision.Promote>(Election.Decide(input)).Recorded.Epoch);
    }

    [Fact]
    public void A_conflict_is_answered_by_judging_the_new_Lease()
    {
        var input = Input(Held(Other, 7, Own, Other), Member(7, 6)) with { Role = ElectionRole.Sealed(7) };
        Assert.Equal(WaitReason.HeldByAnother, Waits(input).Reason);
    }

    [Fact]
    public void An_unknown_outcome_that_did_not_happen_is_tried_again_with_a_fresh_epoch()
    {
        var lease = Held(Own, 6) with { ResourceVersion = "41" };
        var campaign = Campaigns(Input(lease, Member(7, 6)) with { Role = ElectionRole.Sealed(7) });
        Assert.Equal(8, campaign.Promise);
        Assert.Equal("41", campaign.Replacement.ResourceVersion);
    }

    [Fact]
    public void A_delayed_write_of_an_earlier_attempt_is_not_taken_for_the_later_one()
    {
        var campaign = Campaigns(Input(Held(Own, 7), Member(8, 6)) with { Role = ElectionRole.Sealed(8) });
        Assert.Equal(9, campaign.Promise);
    }

    [Fact]
    public void A_master_renews_when_it_is_due_and_not_before()
    {
        var early = Master(Held(Own, 6)) with { RenewalDue = Now + Seconds(1) };
        Assert.Equal(Now + Seconds(1), Waits(early).Until);

        var renewal = Assert.IsType<ElectionDecision.Renew>(Election.Decide(early with { Now = Now + Seconds(1) }));
        Assert.Equal(Own.Value, renewal.Replacement.Holder);
        Assert.Equal(6, renewal.Replacement.Set.Epoch);
    }

    [Fact]
    public void A_master_fills_an_emptied_Lease_from_its_own_state_at_once()
    {
        var input = Master(EmptyLease with { IsNew = true }) with { RenewalDue = Now + Seconds(1) };

        var fill = Assert.IsType<ElectionDecision.Renew>(Election.Decide(input)).Replacement;

        Assert.Equal(input.Record.Known, fill.Set);
        Assert.Equal(Group, fill.Group);
        Assert.Equal(Own.Value, fill.Holder);
        Assert.False(fill.IsNew);
    }

    [Fact]
    public void A_master_overwrites_a_Lease_from_a_backup()
    {
        var fill = Assert.IsType<ElectionDecision.Renew>(Election.Decide(Master(Held(Other, 3)))).Replacement;
        Assert.Equal(6, fill.Set.Epoch);
        Assert.Equal(Own.Value, fill.Holder);
    }

    [Fact]
    public void A_master_steps_down_before_another_holder() =>
        Assert.Contains(
            Other.Value,
            Assert.IsType<ElectionDecision.StepDown>(Election.Decide(Master(Held(Other, 6)))).Why,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_master_steps_down_before_a_higher_epoch() =>
        Assert.IsType<ElectionDecision.StepDown>(Election.Decide(Master(Held(Own, 7))));

    [Fact]
    public void A_master_steps_down_when_the_Lease_is_another_groups() =>
        Assert.IsType<ElectionDecision.StepDown>(Election.Decide(Master(Held(Own, 6) with { Group = Foreign })));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_master_goes_on_without_a_Lease_and_with_an_unreadable_one(bool missing)
    {
        var lease = missing ? null : Held(Own, 6) with { Problem = "annotation x" };
        Assert.Equal(WaitReason.ServingWithoutLease, Waits(Master(lease)).Reason);
    }

    [Fact]
    public void A_hung_log_is_not_renewed() =>
        Assert.Equal(WaitReason.LogHangs, Waits(Master(Held(Own, 6)) with { LogMakesProgress = false }).Reason);

    [Fact]
    public void Release_empties_the_holder_and_keeps_the_rest()
    {
        var lease = Held(Own, 6);
        Assert.Equal(lease with { Holder = "" }, Election.Release(lease, Member(6, 6), 6));
        Assert.Null(Election.Release(Held(Other, 6), Member(6, 6), 6));
        Assert.Null(Election.Release(Held(Own, 7), Member(6, 6), 6));
    }

    static LeaseState EmptyLease => new() { ResourceVersion = "40" };

    static LeaseState Held(StoreId holder, long epoch, params StoreId[] members) =>
        new()
        {
            ResourceVersion = "40",
            Holder = holder.Value,
            RenewTime = DateTimeOffset.UnixEpoch,
            Group = Group,
            Set = new InSyncSet(epoch, epoch, [.. (members.Length > 0 ? members : [holder]).Select(Describe)]),
        };

    static InSyncMember Describe(StoreId store) => new(store, "orders-g0-0");

    static ReplicaRecord Member(long promise, long epoch) =>
        new()
        {
            Store = Own,
            Group = Group,
            Promise = promise,
            Epochs = [new EpochEntry(epoch, 0, "0123456789abcdef")],
            Known = new InSyncSet(epoch, epoch, [Describe(Own)]),
        };

    static ElectionInput Master(LeaseState? lease) =>
        Input(lease, Member(6, 6)) with
        {
            Role = ElectionRole.Master(6),
            RenewalDue = Now,
        };

    static ElectionInput Input(LeaseState? lease, ReplicaRecord record) =>
        new()
        {
            Lease = lease,
            Record = lease is null ? record : record.Learn(lease),
            Pod = "orders-g0-0",
            Role = ElectionRole.Follower,
            Initialised = record.LastEpoch > 0,
            Silence = lease is null ? default : default(LeaseSilence).Observe(lease, Now, Now),
            Now = Now,
            Drawn = Drawn,
        };

    static ElectionDecision.Campaign Campaigns(ElectionInput input) =>
        Assert.IsType<ElectionDecision.Campaign>(Election.Decide(input));

    static ElectionDecision.Wait Waits(ElectionInput input) =>
        Assert.IsType<ElectionDecision.Wait>(Election.Decide(input));

    static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
