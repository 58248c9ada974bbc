using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

/// <summary>
/// Bits that flip in the files of a store: readers get the right message or none, and nothing else is lost.
/// </summary>
public sealed class DamageTests
{
    const string Segment = "/store/commitlog/00000000000000000000";
    const string QueueFile = "/store/consumequeue/orders/0/00000000000000000000";
    const int Count = 40;
    const int BodyAt = 88;

    [Fact]
    public void A_flipped_bit_in_a_queue_file_costs_no_message()
    {
        var files = Stopped(out _);
        for (var bit = 0; bit < Count * 20 * 8; bit += 7)
        {
            // The tag's code, at 12, decides only for readers with a filter.
            if (bit / 8 % 20 >= 12)
                continue;
            using var store = new StoreUnderTest(Flipped(files, QueueFile, bit / 8, 1 << (bit % 8)));
            var bodies = store.Bodies("orders", 0);
            Assert.True(Numbers().SequenceEqual(bodies), $"bit {bit}: {string.Join(',', bodies)}");
            Assert.Equal(Count, store.Send("orders", 0, "next").QueueOffset.Value);
        }
    }

    [Fact]
    public void A_damaged_entry_is_rebuilt_for_good_and_named()
    {
        var files = Stopped(out _);
        var damaged = Flipped(files, QueueFile, (17 * 20) + 6, 4);
        var store = new StoreUnderTest(damaged);
        Assert.Equal(Numbers(), store.Bodies("orders", 0));
        Assert.Single(
            store.Log.All,
            line => line.Contains("1 damaged entries from offset 17", StringComparison.Ordinal)
        );
        store.Dispose();
        Assert.Equal(files.Content(QueueFile), store.Files.Content(QueueFile));

        using var again = new StoreUnderTest(store.Files);
        Assert.Equal(Numbers(), again.Bodies("orders", 0));
        Assert.DoesNotContain(again.Log.All, line => line.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_of_random_entries_is_rebuilt()
    {
        var files = Stopped(out _);
        var bytes = files.Content(QueueFile);
        new Random(20_261_201).NextBytes(bytes.AsSpan(5 * 20, 30 * 20));
        files.Replace(QueueFile, bytes);
        using var store = new StoreUnderTest(files);
        Assert.Equal(Numbers(), store.Bodies("orders", 0));
    }

    [Fact]
    public void Any_flipped_byte_of_an_old_message_costs_that_message_at_most()
    {
        var files = Stopped(out var starts);
        for (var at = starts[10]; at < starts[12]; at++)
        {
            using var store = new StoreUnderTest(Flipped(files, Segment, (int)at, 0x41), Tail);
            var bodies = store.Bodies("orders", 0);
            var damaged = at < starts[11] ? "10" : "11";
            Assert.True(
                Numbers().Where(body => body != damaged).SequenceEqual(bodies.Where(body => body != damaged)),
                $"byte {at - starts[10]}: {string.Join(',', bodies)}"
            );
        }
    }

    [Fact]
    public void A_damaged_body_is_passed_over_counted_once_and_named_with_file_and_position()
    {
        var files = Stopped(out var starts);
        using var store = new StoreUnderTest(Flipped(files, Segment, (int)starts[10] + BodyAt, 1), Tail);
        var others = Numbers().Where(body => body != "10").ToList();
        Assert.Equal(others, store.Bodies("orders", 0));
        Assert.Equal(others, store.Bodies("orders", 0, perRead: 1));
        Assert.Single(
            store.Log.All,
            line =>
                line.StartsWith($"{Segment} is damaged at byte {starts[10]}", StringComparison.Ordinal)
                && line.Contains("left in place", StringComparison.Ordinal)
        );
        var result = new ReadResult();
        Assert.False(store.Store.TryRead(new LogPosition(starts[10]), result));
        Assert.True(store.Store.TryRead(new LogPosition(starts[11]), result));
        result.Release();
    }

    [Fact]
    public void A_lost_stretch_of_the_log_costs_what_was_in_it()
    {
        var files = Stopped(out var starts);
        var bytes = files.Content(Segment);
        bytes.AsSpan((int)starts[5] + 10, (int)(starts[9] - starts[5])).Clear();
        files.Replace(Segment, bytes);
        using var store = new StoreUnderTest(files, Tail);
        Assert.Equal(Numbers().Where(body => body is not ("5" or "6" or "7" or "8" or "9")), store.Bodies("orders", 0));
        store.Dispose();

        store.Files.DeleteDirectory("/store/consumequeue");
        using var rebuilt = new StoreUnderTest(store.Files, Tail);
        Assert.Equal(
            Numbers().Where(body => body is not ("5" or "6" or "7" or "8" or "9")),
            rebuilt.Bodies("orders", 0)
        );
        Assert.Equal(Count, rebuilt.Send("orders", 0, "next").QueueOffset.Value);
    }

    [Fact]
    public void The_entry_of_a_waiting_message_is_rebuilt_when_it_is_read()
    {
        using var store = new StoreUnderTest(Flipped(Stopped(out _), QueueFile, (17 * 20) + 6, 4));
        var queue = store.Store.Topic("orders").Queue(0);
        var entry = new QueueEntry[1];
        store.Store.ReadEntries(queue, new QueueOffset(17), entry);
        var result = new ReadResult();
        Assert.True(store.Store.TryRead(queue, new QueueOffset(17), entry[0], result));
        Assert.Equal("17", StoreUnderTest.Messages(result)[0].Body);
        result.Release();
    }

    [Fact]
    public void Queues_of_Apache_s_whose_messages_are_of_other_topics_are_read()
    {
        var files = Stopped(out _);
        files.Replace("/store/consumequeue/%LMQ%a/0/00000000000000000000", files.Content(QueueFile));
        using var store = new StoreUnderTest(files);
        Assert.Equal(Numbers(), store.Bodies("%LMQ%a", 0));
    }

    [Fact]
    public void A_search_by_time_passes_over_damaged_entries()
    {
        var files = Stopped(out _);
        for (var damaged = 0; damaged < Count; damaged++)
        {
            using var store = new StoreUnderTest(Flipped(files, QueueFile, (damaged * 20) + 5, 0x10));
            var queue = store.Store.Topic("orders").Queue(0);
            var first = store.Store.StoreTimeOf(queue, new QueueOffset(damaged == 0 ? 1 : 0));
            Assert.Equal(0, store.Store.SearchByTime(queue, first - 100, TimeBoundary.Lower).Value);
            Assert.InRange(store.Store.SearchByTime(queue, first + 20, TimeBoundary.Lower).Value, 19, 22);
        }
    }

    [Fact]
    public void A_reader_leaves_a_long_search_to_the_store_and_gets_the_message_then()
    {
        using var store = new StoreUnderTest(
            Flipped(Stopped(out _), QueueFile, (17 * 20) + 6, 4),
            _ => StoreUnderTest.Options(background: true, repairedAtOnceBytes: 0)
        );
        var queue = store.Store.Topic("orders").Queue(0);
        var result = new ReadResult();
        var status = store.Store.Read(queue, new QueueOffset(17), 1, 1 << 20, MessageFilter.All, result);
        Assert.Equal((ReadStatus.MessageWasRemoving, 17), (status, result.NextOffset.Value));
        SpinWait.SpinUntil(() =>
        {
            result.Release();
            return store.Store.Read(queue, new QueueOffset(17), 1, 1 << 20, MessageFilter.All, result)
                == ReadStatus.Found;
        });
        Assert.Equal("17", StoreUnderTest.Messages(result)[0].Body);
        result.Release();
    }

    /// <summary>Numbered messages, one a millisecond, after an orderly stop; where they begin.</summary>
    static ForgetfulFileSystem Stopped(out List<long> starts)
    {
        var store = new StoreUnderTest(change: Tail);
        starts = [];
        for (var i = 0; i < Count; i++)
        {
            starts.Add(store.Send("orders", 0, $"{i}", "KEYS\u0001k\u0002").Position.Value);
            store.Time.Advance(TimeSpan.FromMilliseconds(1));
            store.Send("payments", 0, $"other {i}");
            store.Store.WriteCheckpoint();
        }

        // Behind what the checkpoint has checksums of.
        for (var i = 0; i < 200; i++)
        {
            store.Send("payments", 0, $"last {i}");
            store.Store.WriteCheckpoint();
        }

        store.Dispose();
        return store.Files;
    }

    static StoreOptions Tail(StoreOptions options) => StoreUnderTest.Options(verifyTailBytes: 1_000);

    static ForgetfulFileSystem Flipped(ForgetfulFileSystem files, string path, int at, int bits)
    {
        var left = files.AfterKill();
        var bytes = left.Content(path);
        bytes[at] ^= (byte)bits;
        left.Replace(path, bytes);
        return left;
    }

    static IEnumerable<string> Numbers() => Enumerable.Range(0, Count).Select(i => $"{i}");
}
