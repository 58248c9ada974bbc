using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class GroupCommitTests
{
    [Fact]
    public async Task Many_senders_share_a_sync()
    {
        using var store = Open();
        using var arrived = new CountdownEvent(32);
        // The disk is slow: it takes as long as all senders need to come.
        store.Files.BeforeSync = _ => arrived.Wait(TimeSpan.FromSeconds(10));
        var before = store.Files.Syncs;
        var sends = Enumerable
            .Range(0, 32)
            .Select(i =>
                Task.Factory.StartNew(
                    () =>
                    {
                        var outcome = store.Gather("orders", i % 4, $"{i}");
                        store.Store.EndOfBatch();
                        arrived.Signal();
                        Assert.True(SpinWait.SpinUntil(() => outcome.HasEnded, TimeSpan.FromSeconds(20)));
                        Assert.Equal(AppendStatus.Stored, outcome.Status);
                    },
                    TaskCreationOptions.LongRunning
                )
            );
        await Task.WhenAll(sends);
        // The first sync carries whoever came first, the second one all others.
        Assert.InRange(store.Files.Syncs - before, 1, 3);
        store.Files.BeforeSync = _ => { };
    }

    [Fact]
    public void A_message_is_synced_before_its_sender_is_answered()
    {
        using var store = Open();
        var before = store.Files.Syncs;
        var outcome = store.Send("orders", 0, "body");
        Assert.True(SpinWait.SpinUntil(() => outcome.HasEnded, TimeSpan.FromSeconds(20)));
        Assert.Equal(1, store.Files.Syncs - before);
        Assert.Equal(store.Store.MaxPosition, store.Store.DurablePosition);
    }

    [Fact]
    public void A_message_that_is_not_synced_is_neither_answered_nor_readable()
    {
        using var store = Open();
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        store.Files.BeforeSync = _ =>
        {
            reached.Set();
            gate.Wait(TimeSpan.FromSeconds(20));
        };
        var outcome = store.Send("orders", 0, "body");
        Assert.True(reached.Wait(TimeSpan.FromSeconds(20)));
        Assert.False(outcome.HasEnded);
        Assert.Equal(0, store.Store.Topic("orders").Queue(0).MaxOffset.Value);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => outcome.HasEnded, TimeSpan.FromSeconds(20)));
        store.Files.BeforeSync = _ => { };
    }

    [Fact]
    public void A_sender_that_waits_too_long_is_told_and_its_message_still_shown_later()
    {
        using var store = new StoreUnderTest();
        store.Store.ConfirmedLimit = new LogPosition(0);
        var outcome = store.Send("orders", 0, "slow");
        store.Time.Advance(TimeSpan.FromSeconds(4));
        store.Store.AnswerLate();
        Assert.False(outcome.HasEnded);
        store.Time.Advance(TimeSpan.FromSeconds(2));
        store.Store.AnswerLate();
        Assert.Equal(AppendStatus.FlushTimeout, outcome.Status);
        store.Store.ConfirmedLimit = new LogPosition(long.MaxValue);
        Assert.Equal(["slow"], store.Bodies("orders", 0));
        Assert.Equal(1, outcome.Calls);
    }

    [Fact]
    public void A_sync_that_fails_ends_the_store_and_nobody_is_told_stored()
    {
        using var store = Open();
        store.Files.BeforeSync = _ => throw new IOException("lost");
        var outcome = store.Send("orders", 0, "body");
        Assert.True(SpinWait.SpinUntil(() => outcome.HasEnded, TimeSpan.FromSeconds(20)));
        Assert.Equal(AppendStatus.Closed, outcome.Status);
        Assert.True(SpinWait.SpinUntil(() => store.Store.Failure.IsFaulted, TimeSpan.FromSeconds(20)));
        store.Files.BeforeSync = _ => { };
    }

    [Fact]
    public void A_background_flush_that_fails_ends_the_store_too()
    {
        using var store = new StoreUnderTest();
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, "body").Status);
        store.Files.BeforeSync = _ => throw new IOException("lost");
        Assert.Throws<IOException>(store.Store.FlushLog);
        Assert.True(store.Store.Failure.IsFaulted);
        Assert.Contains("The log cannot be written; the store takes no more messages: lost", store.Log.All);
        Assert.Equal(AppendStatus.Closed, store.Send("orders", 0, "later").Placed);
    }

    static StoreUnderTest Open() => new(change: _ => StoreUnderTest.Options(FlushMode.Sync));
}
