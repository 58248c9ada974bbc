using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class KeyQueryTests
{
    /// <summary>Three slices' worth of messages that have to be looked at.</summary>
    const int Messages = 1_500;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_search_among_keys_of_one_hash_holds_nothing_that_others_need()
    {
        using var store = Filled();
        var found = new ReadResult();
        using var query = store.Store.BeginQuery("orders", Key(0), 64, 0, long.MaxValue, found);
        var slices = 1;
        for (; !query.Advance(); slices++)
        {
            await Task.Run(
                    () =>
                    {
                        store.Send("orders", 0, "later", $"KEYS\u0001{Key(slices)}\u0002");
                        store.Store.WriteCheckpoint();
                        store.Store.DeleteExpiredQueues();
                        Assert.True(store.Store.IndexEnd.Timestamp > 0);
                    },
                    TestContext.Current.CancellationToken
                )
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.InRange(slices, 1, 50);
        }
        Assert.InRange(slices, 3, 50);
        Assert.False(query.IsCut);
        Assert.Equal(["0"], StoreUnderTest.Messages(found).Select(message => message.Body));
        found.Release();
    }

    [Fact]
    public void A_search_ends_after_a_bounded_number_of_steps()
    {
        using var store = Filled(queryStepsMax: 4_096);
        var found = new ReadResult();
        using (var query = store.Store.BeginQuery("orders", Key(0), 64, 0, long.MaxValue, found))
        {
            // The first ones bring the index up to date.
            for (var calls = 0; !query.Advance(); calls++)
                Assert.InRange(calls, 0, 1_000);
            Assert.True(query.IsCut);
            Assert.Equal(0, found.MessageCount);
        }
        using (var newest = store.Store.BeginQuery("orders", Key(Messages - 1), 1, 0, long.MaxValue, found))
        {
            while (!newest.Advance()) { }
            Assert.False(newest.IsCut);
            Assert.Equal([$"{Messages - 1}"], StoreUnderTest.Messages(found).Select(message => message.Body));
        }
        found.Release();
    }

    static StoreUnderTest Filled(int queryStepsMax = 1_000_000)
    {
        var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(queryStepsMax: queryStepsMax));
        for (var i = 0; i < Messages; i++)
            store.Send("orders", 0, $"{i}", $"KEYS\u0001{Key(i)}\u0002");
        return store;
    }

    /// <summary>"Aa" and "BB" have the same hash in Java, and so have all words made of the two.</summary>
    static string Key(int number) =>
        string.Concat(Enumerable.Range(0, 11).Select(bit => (number >> bit & 1) == 0 ? "Aa" : "BB"));
}
