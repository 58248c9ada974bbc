using Broker.Replication;
using Xunit;

namespace Broker.Tests.Replication;

public sealed class ReplicaRecordTests
{
    const string Nonce = "0123456789abcdef";
    static readonly StoreId Store = StoreId.Draw(new Random(1));
    static readonly GroupId Group = GroupId.Draw(new Random(2));

    [Fact]
    public void A_power_cut_without_sync_makes_a_replica_unsure() =>
        Assert.True(Opened("boot-1", flushSync: false).Opened(0, "boot-2", flushSync: false).Unsure);

    [Fact]
    public void A_kill_without_a_reboot_does_not() =>
        Assert.False(Opened("boot-1", flushSync: false).Opened(0, "boot-1", flushSync: false).Unsure);

    [Fact]
    public void A_clean_close_before_the_reboot_does_not() =>
        Assert.False(Opened("boot-1", flushSync: false).Closed().Opened(0, "boot-2", flushSync: false).Unsure);

    [Fact]
    public void The_flush_mode_that_counts_is_the_one_before_the_reboot()
    {
        Assert.False(Opened("boot-1", flushSync: true).Opened(0, "boot-2", flushSync: false).Unsure);
        Assert.True(Opened("boot-1", flushSync: false).Opened(0, "boot-2", flushSync: true).Unsure);
    }

    [Fact]
    public void Unsure_stays_over_a_clean_restart_and_ends_with_a_promotion()
    {
        var unsure = (Opened("boot-1", false) with { Unsure = true }).Closed().Opened(0, "boot-1", false);
        Assert.True(unsure.Unsure);
        Assert.False(unsure.Sealed(1, Group).Promoted(Set(1), 0, Nonce).Unsure);
    }

    [Fact]
    public void A_clean_close_counts_for_one_reboot_only() =>
        Assert.False(Opened("boot-1", false).Closed().Opened(0, "boot-2", false).CleanClose);

    [Fact]
    public void Entries_above_the_recovered_end_are_dropped()
    {
        var record = ReplicaRecord.Create(Store) with
        {
            Group = Group,
            Promise = 3,
            Epochs = [new(1, 0, Nonce), new(2, 100, Nonce), new(3, 200, Nonce)],
        };
        Assert.Equal(2, record.Opened(150, "boot", false).LastEpoch);
        Assert.Equal(3, record.Opened(200, "boot", false).LastEpoch);
    }

    [Fact]
    public void The_promise_never_falls() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            (ReplicaRecord.Create(Store) with { Promise = 3 }).Sealed(2, Group)
        );

    [Fact]
    public void A_promotion_needs_the_promised_epoch() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            ReplicaRecord.Create(Store).Sealed(2, Group).Promoted(Set(1), 0, Nonce)
        );

    [Fact]
    public void A_later_set_of_the_own_group_is_learned_and_an_earlier_one_is_not()
    {
        var record = ReplicaRecord.Create(Store).Sealed(5, Group).Learn(Lease(Group, 5));
        Assert.Equal(5, record.Known.Epoch);
        Assert.Same(record, record.Learn(Lease(Group, 4)));
        Assert.Same(record, record.Learn(Lease(GroupId.Draw(new Random(9)), 6)));
    }

    static ReplicaRecord Opened(string bootId, bool flushSync) =>
        ReplicaRecord.Create(Store).Opened(0, bootId, flushSync);

    static InSyncSet Set(long epoch) => new(epoch, epoch, [new InSyncMember(Store, "pod-0")]);

    static LeaseState Lease(GroupId group, long epoch) =>
        new()
        {
            ResourceVersion = "1",
            Group = group,
            Set = Set(epoch),
        };
}
