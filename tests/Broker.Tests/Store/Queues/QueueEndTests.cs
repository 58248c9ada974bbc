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

    static Broker.Store.StoreOptions LongFiles(Broker.Store.StoreOptions options) =>
        StoreUnderTest.Options(segmentBytes: 1 << 20, queueFileEntries: 1_000);
}
