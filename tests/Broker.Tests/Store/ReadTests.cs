using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class ReadTests
{
    [Theory]
    [InlineData(0, ReadStatus.NoMessageInQueue, 0)]
    [InlineData(7, ReadStatus.NoMessageInQueue, 0)]
    public void An_empty_queue_says_so(long offset, ReadStatus status, long next)
    {
        using var store = new StoreUnderTest();
        Assert.Equal((status, next), Read(store, offset));
    }

    [Theory]
    [InlineData(0, ReadStatus.Found, 10)]
    [InlineData(9, ReadStatus.Found, 10)]
    [InlineData(10, ReadStatus.OffsetOverflowOne, 10)]
    [InlineData(11, ReadStatus.OffsetOverflowBadly, 10)]
    [InlineData(-1, ReadStatus.OffsetTooSmall, 0)]
    public void The_status_follows_from_the_offset(long offset, ReadStatus status, long next)
    {
        using var store = new StoreUnderTest();
        Fill(store, 10);
        Assert.Equal((status, next), Read(store, offset));
    }

    [Fact]
    public void Neighbours_in_the_log_share_a_slice_and_others_do_not()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "a");
        store.Send("orders", 0, "b");
        store.Send("orders", 1, "elsewhere");
        store.Send("orders", 0, "c");
        var result = new ReadResult();
        store.Store.Read(store.Store.Topic("orders").Queue(0), default, 32, 1 << 20, MessageFilter.All, result);
        Assert.Equal((3, 2), (result.MessageCount, result.Slices.Count));
        Assert.Equal(["a", "b", "c"], StoreUnderTest.Messages(result).Select(m => m.Body));
        Assert.Equal(result.Slices.Sum(slice => slice.Bytes.Length), result.ByteCount);
        result.Release();
    }

    [Fact]
    public void A_pull_is_limited_by_number_by_bytes_and_by_what_is_sent_from_memory()
    {
        using var store = new StoreUnderTest();
        Fill(store, 100);
        Assert.Equal(5, Count(store, maxMessages: 5, maxBytes: 1 << 20));
        Assert.Equal(32, Count(store, maxMessages: 100, maxBytes: 1 << 20));
        var one = Count(store, maxMessages: 100, maxBytes: 1);
        Assert.Equal(1, one);
        store.Store.Options.MaxTransferBytesInMemory = 1_000;
        Assert.InRange(Count(store, maxMessages: 100, maxBytes: 1 << 20), 2, 10);
    }

    [Fact]
    public void Far_behind_the_limits_are_those_of_the_disk()
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(inMemoryBytes: 5_000));
        Fill(store, 100);
        var result = new ReadResult();
        store.Store.Read(store.Store.Topic("orders").Queue(0), default, 32, 1 << 20, MessageFilter.All, result);
        Assert.True(result.FarBehind);
        Assert.Equal(8, result.MessageCount);
        result.Release();
        store.Store.Read(
            store.Store.Topic("orders").Queue(0),
            new QueueOffset(95),
            32,
            1 << 20,
            MessageFilter.All,
            result
        );
        Assert.False(result.FarBehind);
        result.Release();
    }

    [Fact]
    public void A_filter_passes_its_tags_and_a_fruitless_scan_still_advances()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 2_000; i++)
            store.Gather("orders", 0, $"{i}", i == 1_500 ? "TAGS\u0001TagA\u0002" : "TAGS\u0001TagB\u0002");
        store.Store.EndOfBatch();
        var filter = new TagFilter([2598919]);
        var queue = store.Store.Topic("orders").Queue(0);
        var result = new ReadResult();
        Assert.Equal(ReadStatus.NoMatchedMessage, store.Store.Read(queue, default, 32, 1 << 20, filter, result));
        Assert.Equal(800, result.NextOffset.Value);
        Assert.Equal(ReadStatus.Found, store.Store.Read(queue, result.NextOffset, 32, 1 << 20, filter, result));
        Assert.Equal("1500", Assert.Single(StoreUnderTest.Messages(result)).Body);
        result.Release();
    }

    [Fact]
    public void No_message_begins_between_two()
    {
        using var store = new StoreUnderTest();
        Fill(store, 3);
        var result = new ReadResult();
        var starts = new HashSet<long>();
        for (var at = 0L; at < store.Store.MaxPosition.Value + 200; at++)
        {
            if (store.Store.TryRead(new LogPosition(at), result))
                starts.Add(at);
            result.Release();
        }
        Assert.Equal(3, starts.Count);
    }

    [Theory]
    [InlineData(-5, TimeBoundary.Lower, 0)]
    [InlineData(0, TimeBoundary.Lower, 0)]
    [InlineData(15, TimeBoundary.Lower, 2)]
    [InlineData(20, TimeBoundary.Lower, 2)]
    [InlineData(500, TimeBoundary.Lower, 10)]
    [InlineData(-5, TimeBoundary.Upper, 0)]
    [InlineData(20, TimeBoundary.Upper, 2)]
    [InlineData(25, TimeBoundary.Upper, 2)]
    [InlineData(500, TimeBoundary.Upper, 9)]
    public void An_offset_is_found_by_time(int secondsAfterFirst, TimeBoundary boundary, long offset)
    {
        using var store = new StoreUnderTest();
        var first = store.Time.Ms;
        for (var i = 0; i < 10; i++, store.Time.Advance(TimeSpan.FromSeconds(10)))
            store.Send("orders", 0, "body");
        var found = store.Store.SearchByTime(
            store.Store.Topic("orders").Queue(0),
            first + secondsAfterFirst * 1000,
            boundary
        );
        Assert.Equal(offset, found.Value);
    }

    [Fact]
    public void The_lower_of_equal_times_is_the_first_and_the_upper_the_last()
    {
        using var store = new StoreUnderTest();
        Fill(store, 3);
        store.Time.Advance(TimeSpan.FromSeconds(1));
        var time = store.Time.Ms;
        Fill(store, 3);
        var queue = store.Store.Topic("orders").Queue(0);
        Assert.Equal(3, store.Store.SearchByTime(queue, time, TimeBoundary.Lower).Value);
        Assert.Equal(5, store.Store.SearchByTime(queue, time, TimeBoundary.Upper).Value);
    }

    [Fact]
    public void Queries_by_unique_key_and_by_each_word_of_the_keys_find_the_newest_in_log_order()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 20; i++)
            store.Send("orders", 0, $"{i}", $"KEYS\u0001all k{i} 订单\u0002UNIQ_KEY\u0001U{i}\u0002");
        store.Send("other", 0, "x", "KEYS\u0001all\u0002");
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Query(store, "orders", "all"));
        Assert.Equal(["17", "18", "19"], Query(store, "orders", "订单", max: 3));
        Assert.Empty(Query(store, "orders", "all", max: 0));
        Assert.Equal(["7"], Query(store, "orders", "k7"));
        Assert.Equal(["7"], Query(store, "orders", "U7"));
        Assert.Equal(["x"], Query(store, "other", "all"));
        Assert.Empty(Query(store, "orders", "k"));
    }

    [Fact]
    public void Queries_by_key_keep_to_the_times_and_span_index_files()
    {
        using var store = new StoreUnderTest();
        var first = store.Time.Ms;
        for (var i = 0; i < 500; i++, store.Time.Advance(TimeSpan.FromMilliseconds(700)))
            store.Send("orders", 0, $"{i}", "KEYS\u0001same\u0002");
        Assert.Equal(500, Query(store, "orders", "same", max: 1_000).Count);
        Assert.True(store.Files.Files("/store/index").Count >= 3);
        Assert.Equal(
            Enumerable.Range(100, 11).Select(i => $"{i}"),
            Query(store, "orders", "same", 1_000, first + 70_000, first + 77_000)
        );
    }

    [Fact]
    public void A_slice_stays_readable_when_its_segment_is_deleted()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 300; i++)
            store.Send("orders", 0, $"{i}" + new string('x', 1_000));
        var result = new ReadResult();
        store.Store.Read(store.Store.Topic("orders").Queue(0), default, 4, 1 << 20, MessageFilter.All, result);
        store.Time.Advance(TimeSpan.FromHours(100));
        store.Store.Options.DeleteWhen = $"{store.Time.GetUtcNow().Hour}";
        Assert.True(store.Store.Clean() > 0);
        Assert.Equal(4, StoreUnderTest.Messages(result).Count);
        result.Release();
    }

    [Fact]
    public void Mappings_and_open_files_are_bounded()
    {
        using var store = new StoreUnderTest(change: _ =>
            StoreUnderTest.Options(mappedSegmentsMax: 2, openFilesMax: 3)
        );
        for (var i = 0; i < 500; i++)
            store.Send("orders", i % 20, $"{i}" + new string('x', 1_000));
        store.Store.Flush();
        for (var queueId = 0; queueId < 20; queueId++)
            Assert.Equal(25, store.Bodies("orders", queueId).Count);
        // The current segment and perhaps the next one, three places, and four spare handles.
        Assert.InRange(store.Files.OpenHandles, 1, 3 + 2 + 4);
    }

    static List<string> Query(
        StoreUnderTest store,
        string topic,
        string key,
        int max = 64,
        long begin = 0,
        long end = long.MaxValue
    )
    {
        var result = new ReadResult();
        store.Store.QueryByKey(topic, key, max, begin, end, result);
        var bodies = StoreUnderTest.Messages(result).Select(m => m.Body).ToList();
        result.Release();
        return bodies;
    }

    static void Fill(StoreUnderTest store, int count)
    {
        for (var i = 0; i < count; i++)
            store.Send("orders", 0, $"{i}");
    }

    static int Count(StoreUnderTest store, int maxMessages, int maxBytes)
    {
        var result = new ReadResult();
        store.Store.Read(
            store.Store.Topic("orders").Queue(0),
            default,
            maxMessages,
            maxBytes,
            MessageFilter.All,
            result
        );
        var count = result.MessageCount;
        result.Release();
        return count;
    }

    static (ReadStatus, long) Read(StoreUnderTest store, long offset)
    {
        var result = new ReadResult();
        var status = store.Store.Read(
            store.Store.Topic("orders").Queue(0),
            new QueueOffset(offset),
            32,
            1 << 20,
            MessageFilter.All,
            result
        );
        var next = result.NextOffset.Value;
        result.Release();
        return (status, next);
    }
}
