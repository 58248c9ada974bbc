using System.Buffers.Binary;
using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class RecoveryTests
{
    const string Segment = "/store/commitlog/00000000000000000000";

    [Fact]
    public void After_a_clean_stop_everything_is_there_and_goes_on()
    {
        var store = Filled(300);
        store.Dispose();
        Assert.False(store.Files.FileExists("/store/abort"));
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(Numbers(300), next.Bodies("orders", 0));
        Assert.Equal(300, next.Send("orders", 0, "300").QueueOffset.Value);
        Assert.Equal(Numbers(301), next.Bodies("orders", 0));
    }

    [Fact]
    public void After_a_kill_everything_that_was_acknowledged_is_there()
    {
        var store = Filled(300);
        using var next = store.Reopen(store.Files.AfterKill());
        Assert.Equal(Numbers(300), next.Bodies("orders", 0));
        Assert.Equal(300, next.Send("orders", 0, "300").QueueOffset.Value);
    }

    [Fact]
    public void A_kill_between_checkpoints_loses_no_queue_entry()
    {
        var store = Filled(100);
        store.Store.WriteCheckpoint();
        for (var i = 100; i < 250; i++)
            store.Send("orders", 0, $"{i}");
        using var next = store.Reopen(store.Files.AfterKill());
        Assert.InRange(next.Store.ReplayFrom.Value, 1, next.Store.MaxPosition.Value - 1);
        Assert.Equal(Numbers(250), next.Bodies("orders", 0));
    }

    [Fact]
    public void Queue_files_that_are_lost_altogether_are_built_from_the_log()
    {
        var store = Filled(300);
        store.Dispose();
        store.Files.DeleteDirectory("/store/consumequeue");
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(Numbers(300), next.Bodies("orders", 0));
    }

    [Fact]
    public void A_lost_index_is_built_from_the_log()
    {
        var store = new StoreUnderTest();
        for (var i = 0; i < 300; i++)
            store.Send("orders", 0, $"{i}", $"KEYS\u0001k{i}\u0002");
        store.Dispose();
        store.Files.DeleteDirectory("/store/index");
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(["17"], Query(next, "k17"));
    }

    [Fact]
    public void The_index_goes_on_after_a_kill_without_gaps_or_repetitions()
    {
        var store = new StoreUnderTest();
        for (var i = 0; i < 100; i++)
            store.Send("orders", 0, $"{i}", "KEYS\u0001same\u0002");
        store.Store.Flush();
        for (var i = 100; i < 130; i++)
            store.Send("orders", 0, $"{i}", "KEYS\u0001same\u0002");
        Query(store, "same");
        using var next = store.Reopen(store.Files.AfterKill());
        Assert.Equal(Enumerable.Range(0, 130).Select(i => $"{i}"), Query(next, "same"));
    }

    [Theory]
    [InlineData(Stop.Orderly)]
    [InlineData(Stop.AfterCheckpoint)]
    [InlineData(Stop.BeforeCheckpoint)]
    public void A_log_cut_at_any_byte_of_the_last_three_messages_yields_the_whole_ones(Stop stop)
    {
        var (files, starts, end) = Stopped(stop);
        for (var cut = starts[0]; cut < end; cut++)
        {
            var left = files.AfterKill();
            left.Replace(Segment, left.Content(Segment)[..(int)cut]);
            CheckLost(left, stop, Numbers(starts.Count(start => start <= cut) - 1 + 7), $"cut at {cut}");
        }
    }

    [Theory]
    [InlineData(Stop.Orderly)]
    [InlineData(Stop.AfterCheckpoint)]
    [InlineData(Stop.BeforeCheckpoint)]
    public void A_log_zeroed_from_any_byte_of_the_last_three_messages_yields_the_whole_ones(Stop stop)
    {
        var (files, starts, end) = Stopped(stop);
        for (var cut = starts[0]; cut < end; cut++)
        {
            var left = files.AfterKill();
            var bytes = left.Content(Segment);
            bytes.AsSpan((int)cut).Clear();
            left.Replace(Segment, bytes);
            CheckLost(left, stop, Numbers(starts.Count(start => start <= cut) - 1 + 7), $"zeroed from {cut}");
        }
    }

    [Theory]
    [InlineData(Stop.Orderly)]
    [InlineData(Stop.AfterCheckpoint)]
    public void A_flip_of_any_byte_of_the_last_three_durable_messages_costs_that_message_alone(Stop stop)
    {
        var (files, starts, end) = Stopped(stop);
        for (var at = starts[0]; at < end; at++)
        {
            var damaged = $"{starts.Count(start => start <= at) - 1 + 7}";
            CheckLost(Flipped(files, at), stop, Numbers(10).Where(body => body != damaged), $"flipped {at}");
        }
    }

    [Fact]
    public void A_flip_in_a_body_behind_the_durable_messages_cuts_the_log_there_and_keeps_a_copy()
    {
        const int bodyAt = 88;
        var (files, starts, end) = Stopped(Stop.BeforeCheckpoint);
        for (var i = 0; i < starts.Count; i++)
        {
            var left = Flipped(files, starts[i] + bodyAt);
            var cut = left.Content(Segment)[(int)starts[i]..(int)end];
            CheckLost(left, Stop.BeforeCheckpoint, Numbers(7 + i), $"flipped {i}");
            var copy = left.Content($"/store/cutlog/000000-{starts[i]:D20}");
            Assert.Equal(cut, copy[..cut.Length]);
            Assert.False(copy.AsSpan(cut.Length).ContainsAnyExcept((byte)0));
        }
    }

    [Fact]
    public void Copies_of_what_was_cut_are_few()
    {
        var files = new ForgetfulFileSystem();
        for (var i = 0; i < 6; i++)
        {
            var store = new StoreUnderTest(files);
            var end = (int)store.Store.MaxPosition.Value;
            store.Send("orders", 0, "some text");
            store.Store.Abort();
            files = store.Files.AfterKill();
            var bytes = files.Content(Segment);
            bytes[end + 88] ^= 1;
            files.Replace(Segment, bytes);
        }

        using var last = new StoreUnderTest(files);
        Assert.Equal(
            ["000002", "000003", "000004", "000005"],
            files.Files("/store/cutlog").Select(path => Path.GetFileName(path)[..6])
        );
        Assert.Contains(last.Log.All, line => line.Contains("/store/cutlog/000005-", StringComparison.Ordinal));
    }

    [Fact]
    public void An_old_segment_in_front_of_a_gap_does_not_change_the_size_of_segments()
    {
        var store = Filled(800, new string('x', 500));
        store.Dispose();
        var before = store.Files.Files("/store/commitlog");
        foreach (var path in before.Skip(1).Take(3))
            store.Files.DeleteFile(path);
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(4 * 65_536, next.Store.MinPosition.Value);
        Assert.Equal([before[0], .. before.Skip(4)], next.Files.Files("/store/commitlog"));
        Assert.All(next.Files.Files("/store/commitlog"), path => Assert.Equal(65_536, next.Files.Content(path).Length));
        var queue = next.Store.Topic("orders").Queue(0);
        Assert.Equal(800 - queue.MinOffset.Value, next.Bodies("orders", 0).Count);
        Assert.Contains(next.Log.All, line => line.Contains("missing", StringComparison.Ordinal));

        next.Time.Advance(TimeSpan.FromHours(73));
        next.Store.DeleteExpired();
        Assert.DoesNotContain(Segment, next.Files.Files("/store/commitlog"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 59)]
    public void A_message_with_a_damaged_offset_is_shown_by_no_queue_and_hides_no_other(long damaged)
    {
        const int queueOffsetAt = 20;
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "first");
        var at = (int)store.Send("orders", 0, "second").Position.Value;
        store.Send("orders", 0, "third");
        store.Store.Abort();
        var left = store.Files.AfterKill();
        var bytes = left.Content(Segment);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at + queueOffsetAt), damaged);
        left.Replace(Segment, bytes);
        using var next = new StoreUnderTest(left);
        Assert.Equal(["first", "third"], next.Bodies("orders", 0));
    }

    [Fact]
    public void What_was_behind_a_cut_never_comes_back()
    {
        var store = Filled(10, new string('x', 100));
        var size = store.Store.MaxPosition.Value / 10;
        store.Store.Abort();
        var left = store.Files.AfterKill();
        var bytes = left.Content(Segment);
        bytes[(5 * size) + 90] ^= 1;
        left.Replace(Segment, bytes);
        left.DeleteFile("/store/checkpoint");

        // One message takes exactly the place of the damaged one; the old sixth would follow.
        var cut = new StoreUnderTest(left);
        Assert.Equal(5, cut.Bodies("orders", 0).Count);
        cut.Send("orders", 0, "5" + new string('y', 100));
        using var next = cut.Reopen(left.AfterKill());
        Assert.Equal(6, next.Bodies("orders", 0).Count);
        Assert.EndsWith("y", next.Bodies("orders", 0)[5]);
    }

    [Fact]
    public void A_deleted_topic_begins_again_at_0_and_does_not_come_back()
    {
        var store = Filled(50);
        store.Store.DeleteTopic("orders");
        Assert.DoesNotContain("orders", store.Store.TopicNames());
        Assert.Equal(0, store.Send("orders", 0, "new 0").QueueOffset.Value);
        store.Send("orders", 0, "new 1");
        using var next = store.Reopen(store.Files.AfterKill());
        Assert.Equal(["new 0", "new 1"], next.Bodies("orders", 0));
    }

    [Fact]
    public void Rebuilt_queues_of_a_deleted_topic_show_only_the_new_messages()
    {
        var store = Filled(50);
        store.Store.DeleteTopic("orders");
        store.Send("orders", 0, "new 0");
        store.Dispose();
        store.Files.DeleteDirectory("/store/consumequeue");
        using var next = new StoreUnderTest(store.Files);
        Assert.Equal(["new 0"], next.Bodies("orders", 0));
    }

    [Fact]
    public void A_replay_leaves_nothing_of_a_deleted_topic_behind_the_new_messages()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 50; i++)
            store.Send("orders", 0, $"old {i}");
        store.Store.DeleteTopic("orders");
        for (var i = 0; i < 3; i++)
            store.Send("orders", 0, $"new {i}");

        using var again = store.Reopen(store.Files.AfterKill());
        Assert.Equal(["new 0", "new 1", "new 2"], again.Bodies("orders", 0));
        again.Store.Flush();
        using var file = again.Files.Open($"{StoreUnderTest.Root}/consumequeue/orders/0/{0:D20}", readOnly: true);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        Assert.Equal(3 * 20, bytes.AsSpan().LastIndexOfAnyExcept((byte)0) / 20 * 20 + 20);
    }

    [Fact]
    public void Very_many_queues_are_made_durable_together()
    {
        var store = new StoreUnderTest();
        for (var i = 0; i < 2_000; i++)
            store.Gather($"topic-{i % 100}", i / 100 % 10, $"{i}");
        store.Store.EndOfBatch();
        var before = store.Files.Syncs;
        store.Store.WriteCheckpoint();
        // The log's segments, the volume, the checkpoint.
        Assert.InRange(store.Files.Syncs - before, 3, 10);
        using var next = store.Reopen(store.Files.AfterPowerCut(new Random(1)));
        for (var i = 0; i < 1_000; i++)
            Assert.Equal([$"{i}", $"{i + 1_000}"], next.Bodies($"topic-{i % 100}", i / 100));
    }

    [Fact]
    public void A_second_process_is_kept_out()
    {
        using var store = new StoreUnderTest();
        var refused = Assert.Throws<StoreException>(() => new StoreUnderTest(store.Files));
        Assert.Contains("in use", refused.Message);
    }

    [Fact]
    public void A_folder_keeps_the_segment_size_it_was_created_with()
    {
        var store = Filled(500, new string('x', 500));
        store.Dispose();
        using var next = new StoreUnderTest(store.Files, _ => StoreUnderTest.Options(segmentBytes: 1 << 20));
        Assert.Equal(500, next.Bodies("orders", 0).Count);
        for (var i = 0; i < 200; i++)
            next.Send("orders", 0, new string('y', 500));
        Assert.Equal(700, next.Bodies("orders", 0).Count);
    }

    [Fact]
    public void Only_the_tail_is_verified_when_the_checkpoint_is_known()
    {
        var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(verifyTailBytes: 20_000));
        for (var i = 0; i < 500; i++)
        {
            store.Send("orders", 0, $"{i}" + new string('x', 500));
            if (i % 10 == 0)
                store.Store.WriteCheckpoint();
        }
        store.Dispose();
        // A body far in front is not looked at: a start must not read all of a large log.
        var bytes = store.Files.Content(Segment);
        bytes[200] ^= 1;
        store.Files.Replace(Segment, bytes);
        using var next = new StoreUnderTest(store.Files, _ => StoreUnderTest.Options(verifyTailBytes: 20_000));
        Assert.Equal(500, next.Store.Topic("orders").Queue(0).MaxOffset.Value);
    }

    static StoreUnderTest Filled(int count, string suffix = "")
    {
        var store = new StoreUnderTest();
        for (var i = 0; i < count; i++)
            store.Send("orders", 0, $"{i}{suffix}");
        return store;
    }

    /// <summary>
    /// Ten messages, the last three of them with everything that a message can have; where these begin.
    /// </summary>
    static (ForgetfulFileSystem Files, List<long> Starts, long End) Stopped(Stop stop)
    {
        var store = Filled(7);
        var starts = new List<long>();
        for (var i = 7; i < 10; i++)
            starts.Add(
                store.Send("orders", 0, $"{i}", $"KEYS\u0001k{i}\u0002TAGS\u0001TagA\u0002", flag: 5).Position.Value
            );
        var end = store.Store.MaxPosition.Value;
        if (stop == Stop.Orderly)
        {
            store.Dispose();
        }
        else
        {
            if (stop == Stop.AfterCheckpoint)
                store.Store.WriteCheckpoint();
            store.Store.Abort();
        }
        return (store.Files, starts, end);
    }

    static ForgetfulFileSystem Flipped(ForgetfulFileSystem files, long at)
    {
        var left = files.AfterKill();
        var bytes = left.Content(Segment);
        bytes[at] ^= 0x41;
        left.Replace(Segment, bytes);
        return left;
    }

    /// <summary>
    /// Just these messages are readable. The offsets of durable ones are never given again, since groups may be past
    /// them; others are.
    /// </summary>
    static void CheckLost(ForgetfulFileSystem left, Stop stop, IEnumerable<string> readable, string what)
    {
        using var next = new StoreUnderTest(left);
        var expected = readable.ToList();
        var bodies = next.Bodies("orders", 0);
        Assert.True(expected.SequenceEqual(bodies), $"{what}: {string.Join(',', bodies)}");
        var offset = next.Send("orders", 0, "next").QueueOffset.Value;
        Assert.Equal((what, stop == Stop.BeforeCheckpoint ? expected.Count : 10), (what, offset));
        Assert.Equal([.. expected, "next"], next.Bodies("orders", 0));
    }

    /// <summary>How a store ended that is opened again.</summary>
    public enum Stop
    {
        Orderly,
        AfterCheckpoint,
        BeforeCheckpoint,
    }

    static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(i => $"{i}");

    static List<string> Query(StoreUnderTest store, string key)
    {
        var result = new ReadResult();
        store.Store.QueryByKey("orders", key, 1_000, 0, long.MaxValue, result);
        var bodies = StoreUnderTest.Messages(result).Select(m => m.Body).ToList();
        result.Release();
        return bodies;
    }
}
