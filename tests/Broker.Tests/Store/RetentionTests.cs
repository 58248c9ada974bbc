using Broker.Store;
using Broker.Store.Files;
using Broker.Store.Retention;
using Xunit;

namespace Broker.Tests.Store;

public sealed class RetentionTests
{
    [Theory]
    [InlineData("04", 4, true)]
    [InlineData("04", 5, false)]
    [InlineData("02;14 ; 23", 14, true)]
    [InlineData("02;14 ; 23", 23, true)]
    [InlineData("", 0, false)]
    [InlineData("noon", 12, false)]
    public void The_hours_of_deletion_are_a_list(string deleteWhen, int hour, bool contained) =>
        Assert.Equal(contained, DeletionHours.Contains(deleteWhen, hour));

    [Theory]
    [InlineData(0.74, 10, false, false, false)]
    [InlineData(0.74, 4, true, false, false)]
    [InlineData(0.76, 10, true, false, false)]
    [InlineData(0.86, 10, true, true, false)]
    [InlineData(0.91, 10, true, true, true)]
    public void The_ratios_decide(double used, int hour, bool expired, bool oldest, bool full) =>
        Assert.Equal(
            new RetentionDecision(expired, oldest, full),
            RetentionRule.Decide(StoreUnderTest.Options(), used, hour)
        );

    [Fact]
    public void Expired_segments_go_at_the_named_hour_with_queue_and_index_files()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 400; i++)
            store.Send("orders", 0, $"{i}" + new string('x', 1_000), $"KEYS\u0001k{i}\u0002");
        store.Time.Advance(TimeSpan.FromHours(50));
        for (var i = 400; i < 800; i++)
            store.Send("orders", 0, $"{i}" + new string('x', 1_000), $"KEYS\u0001k{i}\u0002");
        store.Store.Flush();
        var indexFiles = store.Files.Files("/store/index").Count;
        store.Time.Advance(TimeSpan.FromHours(23));

        store.Store.Options.DeleteWhen = "03";
        Assert.Equal(0, store.Store.Clean());
        store.Store.Options.DeleteWhen = $"{store.Time.GetUtcNow().Hour}";
        Assert.InRange(store.Store.Clean(), 5, 7);

        var queue = store.Store.Topic("orders").Queue(0);
        Assert.InRange(queue.MinOffset.Value, 340, 400);
        Assert.Equal(800, queue.MaxOffset.Value);
        Assert.StartsWith($"{queue.MinOffset.Value}x", store.Bodies("orders", 0)[0]);
        Assert.Equal(
            "/store/consumequeue/orders/0/00000000000000006000",
            store.Files.Files("/store/consumequeue/orders/0")[0]
        );
        Assert.True(store.Files.Files("/store/index").Count < indexFiles);
        var result = new ReadResult();
        Assert.Equal(
            ReadStatus.OffsetTooSmall,
            store.Store.Read(queue, default, 32, 1 << 20, MessageFilter.All, result)
        );
        Assert.Equal(queue.MinOffset, result.NextOffset);
        Assert.Equal(queue.MinOffset, store.Store.SearchByTime(queue, 0, TimeBoundary.Lower));
    }

    [Fact]
    public void The_smallest_offset_is_found_again_after_a_restart()
    {
        var store = new StoreUnderTest();
        for (var i = 0; i < 400; i++)
            store.Send("orders", 0, $"{i}" + new string('x', 1_000));
        store.Time.Advance(TimeSpan.FromHours(100));
        store.Store.Options.DeleteWhen = $"{store.Time.GetUtcNow().Hour}";
        store.Store.Clean();
        var min = store.Store.Topic("orders").Queue(0).MinOffset;
        Assert.True(min.Value > 0);
        store.Dispose();
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(min, next.Store.Topic("orders").Queue(0).MinOffset);
    }

    [Fact]
    public void A_disk_over_the_forced_ratio_costs_the_oldest_segment_though_it_has_not_expired()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 300; i++)
            store.Send("orders", 0, new string('x', 1_000));
        store.Files.Disk = new DiskSpace(1000, 140);
        Assert.Equal(1, store.Store.Clean());
        Assert.Equal(1, store.Store.Clean());
        store.Store.Options.ForceCleanEnabled = false;
        Assert.Equal(0, store.Store.Clean());
    }

    [Fact]
    public void What_cannot_be_deleted_is_tried_again_and_keeps_nothing_else()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 400; i++)
            store.Send("orders", 0, new string('x', 1_000), $"KEYS\u0001k{i}\u0002");
        store.Store.Flush();
        store.Time.Advance(TimeSpan.FromHours(100));
        var kept = new[] { "/store/commitlog", "/store/consumequeue/orders/0", "/store/index" }.Select(folder =>
            store.Files.Files(folder)[0]
        );
        var first = kept.ToArray();
        store.Files.BeforeDelete = path =>
        {
            if (first.Contains(path))
                throw new UnauthorizedAccessException("Operation not permitted");
        };

        store.Store.DeleteExpired();
        Assert.InRange(store.Store.Topic("orders").Queue(0).MinOffset.Value, 300, 400);
        Assert.All(first, path => Assert.True(store.Files.FileExists(path)));
        Assert.False(store.Files.FileExists("/store/commitlog/00000000000000065536"));
        Assert.False(store.Files.FileExists("/store/consumequeue/orders/0/00000000000000002000"));
        Assert.All(
            first,
            path => Assert.Contains(store.Log.All, line => line.StartsWith(path, StringComparison.Ordinal))
        );

        store.Files.BeforeDelete = _ => { };
        store.Store.Clean();
        store.Store.DeleteExpiredQueues();
        Assert.All(first, path => Assert.False(store.Files.FileExists(path)));
    }

    [Fact]
    public void A_damaged_first_message_of_a_segment_does_not_keep_what_has_expired()
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(verifyTailBytes: 1_000));
        for (var i = 0; i < 400; i++)
            store.Send("orders", 0, new string('x', 1_000));
        store.Store.WriteCheckpoint();
        store.Store.WriteCheckpoint();
        store.Store.Abort();
        var left = store.Files.AfterKill();
        var bytes = left.Content("/store/commitlog/00000000000000065536");
        bytes[5] ^= 1;
        left.Replace("/store/commitlog/00000000000000065536", bytes);
        using var next = new StoreUnderTest(left, _ => StoreUnderTest.Options(verifyTailBytes: 1_000), store.Time);
        next.Time.Advance(TimeSpan.FromHours(100));
        Assert.Equal(6, next.Store.DeleteExpired());
    }

    [Fact]
    public void The_newest_segment_always_stays()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "body");
        store.Files.Disk = new DiskSpace(1000, 10);
        store.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, store.Store.Clean());
        Assert.Equal(["body"], store.Bodies("orders", 0));
    }

    [Fact]
    public void A_full_disk_refuses_sends_until_there_is_space_and_reads_go_on()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "before");
        store.Files.Disk = new DiskSpace(1000, 90);
        store.Store.Clean();
        Assert.Equal(AppendStatus.DiskFull, store.Send("orders", 0, "refused").Placed);
        Assert.Equal(["before"], store.Bodies("orders", 0));
        store.Files.Disk = new DiskSpace(1000, 500);
        store.Store.Clean();
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, "after").Status);
    }

    [Fact]
    public void Without_space_for_the_next_segment_sends_are_refused_and_nothing_is_lost()
    {
        using var store = new StoreUnderTest();
        store.Files.BeforeWrite = path =>
        {
            if (path.EndsWith("00065536", StringComparison.Ordinal))
                throw new IOException("No space left on device");
        };
        var stored = 0;
        while (store.Send("orders", 0, new string('x', 1_000)) is { Placed: AppendStatus.Accepted })
            stored++;
        Assert.InRange(stored, 50, 64);
        Assert.Equal(AppendStatus.DiskFull, store.Send("orders", 0, new string('x', 1_000)).Placed);
        Assert.False(store.Store.Failure.IsFaulted);
        Assert.Equal(stored, store.Bodies("orders", 0).Count);
        store.Files.BeforeWrite = _ => { };
        store.Store.EnsureSegment();
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, new string('x', 1_000)).Status);
    }

    [Fact]
    public void Queues_that_cannot_be_written_refuse_sends_and_lose_nothing()
    {
        var store = new StoreUnderTest();
        store.Files.BeforeWrite = path =>
        {
            if (path.Contains("consumequeue", StringComparison.Ordinal))
                throw new IOException("No space left on device");
        };
        var stored = 0;
        while (store.Send("orders", 0, $"{stored}") is { Status: AppendStatus.Stored })
            stored++;
        Assert.InRange(stored, 64, 66);
        Assert.Throws<IOException>(store.Store.WriteCheckpoint);
        Assert.Equal(stored, store.Bodies("orders", 0).Count);
        store.Files.BeforeWrite = _ => { };
        store.Store.WriteCheckpoint();
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, $"{stored}").Status);
        store.Dispose();
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(Enumerable.Range(0, stored + 1).Select(i => $"{i}"), next.Bodies("orders", 0));
    }

    [Fact]
    public void A_sender_that_still_holds_a_deleted_topic_begins_it_anew()
    {
        using var store = new StoreUnderTest();
        var held = store.Store.Topic("orders").Queue(0);
        store.Send("orders", 0, "old");
        store.Store.DeleteTopic("orders");
        Assert.Equal(0, held.MaxOffset.Value);
        var append = store.Store.AppendAsync(
            new AppendRequest
            {
                Queue = held,
                Body = "new"u8,
                BornHost = new byte[8],
            }
        );
        Assert.True(append.IsCompletedSuccessfully);
        Assert.Equal(["new"], store.Bodies("orders", 0));
    }

    [Fact]
    public void Queue_folders_of_a_deleted_topic_are_gone()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "a");
        store.Send("orders", 1, "b");
        store.Send("other", 0, "c");
        store.Store.Flush();
        Assert.NotEmpty(store.Files.Directories("/store/consumequeue/orders"));
        store.Store.DeleteTopic("orders");
        Assert.Empty(store.Files.Directories("/store/consumequeue/orders"));
        Assert.Equal(["other"], store.Store.TopicNames());
    }
}
