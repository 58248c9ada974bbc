using System.Buffers.Binary;
using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class CheckpointTests
{
    [Fact]
    public void A_checkpoint_that_took_long_is_followed_by_a_rest_of_nine_times_its_length()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "first");
        var began = store.Time.Ms;
        store.Files.BeforeSync = _ => store.Time.Advance(TimeSpan.FromMilliseconds(100));
        store.Store.WriteRegularCheckpoint();
        store.Files.BeforeSync = _ => { };
        var took = store.Time.Ms - began;
        var syncs = store.Files.Syncs;

        store.Send("orders", 0, "second");
        store.Time.Advance(TimeSpan.FromMilliseconds((9 * took) - 1));
        store.Store.WriteRegularCheckpoint();
        Assert.Equal(syncs, store.Files.Syncs);

        store.Time.Advance(TimeSpan.FromMilliseconds(1));
        store.Store.WriteRegularCheckpoint();
        Assert.NotEqual(syncs, store.Files.Syncs);
    }

    [Fact]
    public void The_rest_after_a_checkpoint_has_a_bound()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "first");
        store.Files.BeforeSync = _ => store.Time.Advance(TimeSpan.FromMinutes(1));
        store.Store.WriteRegularCheckpoint();
        store.Files.BeforeSync = _ => { };
        var syncs = store.Files.Syncs;

        store.Send("orders", 0, "second");
        store.Time.Advance(TimeSpan.FromSeconds(10));
        store.Store.WriteRegularCheckpoint();
        Assert.NotEqual(syncs, store.Files.Syncs);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(300)] // so many are made durable together
    public void A_checkpoint_that_has_no_handle_left_is_made_up_for_by_the_next_one(int queues)
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(openFilesMax: 1));
        for (var queue = 0; queue < queues; queue++)
            store.Send("orders", queue, "body");
        var isWritten = false;
        store.Files.BeforeWrite = path => isWritten |= path.Contains($"/{queues - 1}/", StringComparison.Ordinal);
        store.Files.BeforeOpen = path =>
        {
            if (isWritten && path.Contains("consumequeue", StringComparison.Ordinal))
                throw new IOException("Too many open files", 24);
        };
        Assert.Throws<IOException>(store.Store.WriteCheckpoint);
        Assert.True(isWritten);
        Assert.False(store.Store.Failure.IsCompleted);
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, "meanwhile").Status);

        store.Files.BeforeOpen = _ => { };
        store.Store.WriteCheckpoint();
        using var again = store.Reopen(store.Files.AfterPowerCut(new Random(1)));
        Assert.Equal(["body", "meanwhile"], again.Bodies("orders", 0));
        for (var queue = 1; queue < queues; queue++)
            Assert.Equal(["body"], again.Bodies("orders", queue));
    }

    [Fact]
    public void Of_very_many_queues_those_are_written_that_have_kept_entries_for_20_seconds()
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(queuesWrittenMax: 1));
        SendToEach(store, "early");
        store.Time.Advance(TimeSpan.FromSeconds(1));
        store.Store.WriteRegularCheckpoint();
        Assert.Equal(0, QueueFiles(store));

        store.Time.Advance(TimeSpan.FromSeconds(19));
        store.Send("orders", Queues, "late");
        store.Store.WriteRegularCheckpoint();
        Assert.Equal(0, QueueFiles(store));

        store.Time.Advance(TimeSpan.FromSeconds(1));
        store.Store.WriteRegularCheckpoint();
        Assert.Equal(Queues, QueueFiles(store));

        using var again = store.Reopen(store.Files.AfterPowerCut(new Random(1)));
        for (var queue = 0; queue < Queues; queue++)
            Assert.Equal(["early"], again.Bodies("orders", queue));
        Assert.Equal(["late"], again.Bodies("orders", Queues));
    }

    [Fact]
    public void A_recovery_repeats_what_the_queues_had_kept_and_no_more()
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(queuesWrittenMax: 1));
        SendToEach(store, "written");
        var begin = store.Store.MaxPosition;
        store.Store.Flush();
        SendToEach(store, "kept");
        var end = store.Store.MaxPosition;
        store.Time.Advance(TimeSpan.FromSeconds(1));
        store.Store.WriteRegularCheckpoint();

        using var kept = new StoreUnderTest(store.Files.AfterKill());
        Assert.Equal(begin, kept.Store.ReplayFrom);

        store.Time.Advance(TimeSpan.FromSeconds(20));
        store.Store.WriteRegularCheckpoint();
        using var idle = store.Reopen(store.Files.AfterKill());
        Assert.Equal(end, idle.Store.ReplayFrom);
        for (var queue = 0; queue < Queues; queue++)
        {
            Assert.Equal(["written", "kept"], kept.Bodies("orders", queue));
            Assert.Equal(["written", "kept"], idle.Bodies("orders", queue));
        }
    }

    [Fact]
    public void Apache_s_time_of_the_queues_is_not_ahead_of_what_they_have()
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(queuesWrittenMax: 1));
        SendToEach(store, "old");
        store.Store.Flush();
        store.Time.Advance(TimeSpan.FromSeconds(1));
        SendToEach(store, "kept");
        var kept = store.Time.Ms;
        store.Time.Advance(TimeSpan.FromSeconds(1));
        store.Store.WriteRegularCheckpoint();
        Assert.Equal(kept, Times(store).Log);
        Assert.True(Times(store).Queues < kept);

        store.Time.Advance(TimeSpan.FromSeconds(20));
        store.Store.WriteRegularCheckpoint();
        Assert.Equal((kept, kept), Times(store));
    }

    const int Queues = 5;

    static void SendToEach(StoreUnderTest store, string body)
    {
        for (var queue = 0; queue < Queues; queue++)
            store.Send("orders", queue, body);
    }

    static int QueueFiles(StoreUnderTest store) =>
        Enumerable
            .Range(0, Queues + 1)
            .Count(queue => store.Files.FileExists($"{StoreUnderTest.Root}/consumequeue/orders/{queue}/{0:D20}"));

    static (long Log, long Queues) Times(StoreUnderTest store)
    {
        using var file = store.Files.Open($"{StoreUnderTest.Root}/checkpoint", readOnly: true);
        var bytes = new byte[16];
        file.Read(bytes, 0);
        return (BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(8)));
    }
}
