using Xunit;

namespace Broker.Tests.Store.Queues;

public sealed class QueueEndTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(203)]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(999)]
    [InlineData(1_000)]
    [InlineData(1_001)]
    [InlineData(1_203)]
    public void The_end_of_a_queue_is_found_again(int messages)
    {
        using var store = new StoreUnderTest(change: LongFiles);
        for (var i = 0; i < messages; i++)
            store.Send("orders", 0, "some text");
        store.Store.Dispose();

        using var again = new StoreUnderTest(store.Files, LongFiles, store.Time);
        Assert.Equal(messages, again.Store.Topic("orders").Queue(0).MaxOffset.Value);
    }

    [Fact]
    public void An_empty_file_in_front_of_a_queue_hides_nothing()
    {
        var store = Filled(1_000);
        for (var i = 0; i < 4; i++)
            store.Files.DeleteFile(File(i));
        store.Files.Replace(File(0), []);

        using var again = new StoreUnderTest(store.Files, time: store.Time);
        var queue = again.Store.Topic("orders").Queue(0);
        Assert.Equal(1_000, queue.MaxOffset.Value);
        Assert.Equal(1_000, again.Send("orders", 0, "next").QueueOffset.Value);
        Assert.Equal([.. Numbers(400, 1_000), "next"], again.Bodies("orders", 0));
    }

    [Fact]
    public void A_file_that_lost_its_end_gets_it_back_from_the_log()
    {
        for (var left = 0; left < 100; left += 7)
        {
            var store = Filled(250);
            store.Files.Replace(File(2), store.Files.Content(File(2))[..((left * 20) + 3)]);
            using var again = new StoreUnderTest(store.Files, time: store.Time);
            Assert.Equal(Numbers(0, 250), again.Bodies("orders", 0));
            Assert.Equal(250, again.Send("orders", 0, "next").QueueOffset.Value);
            if (left < 50)
                Assert.Contains(again.Log.All, line => line.Contains("it ends at 250", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Zeros_in_a_file_do_not_end_the_queue()
    {
        for (var at = 0; at < 80; at += 10)
        {
            var store = Filled(190);
            var bytes = store.Files.Content(File(1));
            bytes.AsSpan(at * 20, 10 * 20).Clear();
            store.Files.Replace(File(1), bytes);
            using var again = new StoreUnderTest(store.Files, time: store.Time);
            Assert.Equal(190, again.Store.Topic("orders").Queue(0).MaxOffset.Value);
            Assert.Equal(Numbers(0, 190), again.Bodies("orders", 0));
        }
    }

    [Fact]
    public void A_file_that_is_missing_comes_back_from_the_log()
    {
        var store = Filled(350);
        var before = store.Files.Content(File(1));
        store.Files.DeleteFile(File(1));
        using var again = new StoreUnderTest(store.Files, time: store.Time);
        Assert.Equal(Numbers(0, 350), again.Bodies("orders", 0));
        Assert.Equal(before, again.Files.Content(File(1)));
    }

    /// <summary>Numbered messages of a queue with files of 100 entries, after an orderly stop.</summary>
    static StoreUnderTest Filled(int count)
    {
        var store = new StoreUnderTest();
        for (var i = 0; i < count; i++)
            store.Send("orders", 0, $"{i}");
        store.Store.Dispose();
        return store;
    }

    static string File(int number) => $"/store/consumequeue/orders/0/{number * 100 * 20:D20}";

    static IEnumerable<string> Numbers(int from, int to) => Enumerable.Range(from, to - from).Select(i => $"{i}");

    static Broker.Store.StoreOptions LongFiles(Broker.Store.StoreOptions options) =>
        StoreUnderTest.Options(segmentBytes: 1 << 20, queueFileEntries: 1_000);
}
