using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Core.Topics;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Offsets;

/// <summary>Offsets and the queues that they speak of, when the power is cut at any write or sync.</summary>
public sealed class OffsetPowerCutTests
{
    [Fact]
    public void No_offset_on_disk_is_ahead_of_the_log()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var random = new Random(seed);
            using var store = new StoreUnderTest();
            var offsets = new ConsumerOffsets(store.Store.Config, store.Time, () => store.Store.Sync());
            ForgetfulFileSystem? left = null;
            var countdown = random.Next(1, 80);
            store.Files.BeforeWrite = store.Files.BeforeSync = _ =>
                left ??= --countdown == 0 ? store.Files.AfterPowerCut(random) : null;
            while (left is null)
            {
                for (var i = random.Next(5); i >= 0; i--)
                    store.Send("t", random.Next(3), "body");
                for (var queue = 0; queue < 3; queue++)
                    offsets.Commit("g"u8, "t"u8, queue, store.Store.Topic("t").Queue(queue).MaxOffset.Value);
                if (random.Next(3) == 0)
                    offsets.Persist();
            }
            using var again = new StoreUnderTest(left);
            var found = new ConsumerOffsets(again.Store.Config, again.Time, () => { });
            for (var queue = 0; queue < 3; queue++)
            {
                var (offset, end) = (found.Query("g"u8, "t"u8, queue), again.Store.Topic("t").Queue(queue).MaxOffset);
                Assert.True(offset <= end.Value, $"seed {seed}: offset {offset} of queue {queue}, which ends at {end}");
            }
        }
    }

    [Fact]
    public void The_offsets_are_those_from_before_the_sync()
    {
        using var store = new StoreUnderTest();
        ConsumerOffsets? offsets = null;
        offsets = new ConsumerOffsets(store.Store.Config, store.Time, () => offsets!.Commit("g"u8, "t"u8, 0, 2));
        offsets.Commit("g"u8, "t"u8, 0, 1);
        offsets.Persist();
        var found = new ConsumerOffsets(store.Store.Config, store.Time, () => { });
        Assert.Equal(1, found.Query("g"u8, "t"u8, 0));
        // What came meanwhile is not forgotten.
        offsets.Persist();
        found = new ConsumerOffsets(store.Store.Config, store.Time, () => { });
        Assert.Equal(2, found.Query("g"u8, "t"u8, 0));
    }

    [Fact]
    public void After_a_crash_offsets_beyond_the_end_of_their_queue_are_moved_to_it()
    {
        var files = CrashedFiles();
        using var store = new StoreUnderTest(files);
        var offsets = OffsetLimits.Open(Topics(store), store.Store, store.Time, store.Log);
        Assert.Equal(2, offsets.Query("ahead"u8, "t"u8, 0));
        Assert.Equal(1, offsets.Query("behind"u8, "t"u8, 0));
        // Of a queue that the topic had once, of one that it never had, and of a topic that does not exist.
        Assert.Equal(1, offsets.Query("ahead"u8, "t"u8, 700));
        Assert.Equal(-1, offsets.Query("ahead"u8, "t"u8, 701));
        Assert.Equal(-1, offsets.Query("ahead"u8, "deleted"u8, 0));
        Assert.Contains(
            store.Log.All,
            line => line.Contains("Group ahead stood beyond the end of 2 queues of topic t", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(store.Log.All, line => line.Contains("Group behind", StringComparison.Ordinal));
    }

    [Fact]
    public void After_an_orderly_stop_the_queues_are_not_opened_for_it()
    {
        var files = CrashedFiles();
        files.DeleteFile(System.IO.Path.Combine(StoreUnderTest.Root, "abort"));
        using var store = new StoreUnderTest(files);
        var offsets = OffsetLimits.Open(Topics(store), store.Store, store.Time, store.Log);
        Assert.Equal(9, offsets.Query("ahead"u8, "t"u8, 0));
    }

    static ForgetfulFileSystem CrashedFiles()
    {
        using var store = new StoreUnderTest();
        _ = Topics(store);
        store.Send("t", 0, "one");
        store.Send("t", 0, "two");
        store.Send("t", 700, "three");
        store.Store.Flush();
        var offsets = new ConsumerOffsets(store.Store.Config, store.Time, () => { });
        offsets.Commit("ahead"u8, "t"u8, 0, 9);
        offsets.Commit("behind"u8, "t"u8, 0, 1);
        offsets.Commit("ahead"u8, "t"u8, 700, 1);
        offsets.Commit("ahead"u8, "t"u8, 701, 1);
        offsets.Commit("ahead"u8, "deleted"u8, 0, 1);
        offsets.Persist();
        return store.Files.AfterKill();
    }

    static TopicTable Topics(StoreUnderTest store)
    {
        var topics = new TopicTable(new BrokerOptions(), store.Store, store.Time);
        topics.GetOrCreate(SystemTopics.Own("t"));
        return topics;
    }
}
