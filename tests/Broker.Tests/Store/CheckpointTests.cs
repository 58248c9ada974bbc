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
        store.Time.Advance(TimeSpan.FromSeconds(30));
        store.Store.WriteRegularCheckpoint();
        Assert.NotEqual(syncs, store.Files.Syncs);
    }
}
