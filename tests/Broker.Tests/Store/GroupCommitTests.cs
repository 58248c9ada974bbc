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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Senders_are_told_in_time_although_the_disk_hangs(bool hangsInSync)
    {
        using var store = Open();
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        void Hang(string path)
        {
            reached.Set();
            gate.Wait(TimeSpan.FromSeconds(20));
        }
        if (hangsInSync)
            store.Files.BeforeSync = Hang;
        else
            store.Files.BeforeWrite = Hang;
        var underWay = store.Send("orders", 0, "under way");
        Assert.True(reached.Wait(TimeSpan.FromSeconds(20)));
        var gathered = store.Send("orders", 0, "gathered");
        store.Time.Advance(TimeSpan.FromSeconds(4));
        store.Store.AnswerLate();
        Assert.False(underWay.HasEnded);
        var young = store.Send("orders", 0, "young");
        store.Time.Advance(TimeSpan.FromSeconds(2));
        store.Store.AnswerLate();
        Assert.Equal(AppendStatus.FlushTimeout, underWay.Status);
        Assert.Equal(AppendStatus.FlushTimeout, gathered.Status);
        Assert.False(young.HasEnded);
        Assert.Contains(
            "The disk is late: 2 messages were answered with code 10 after 5000 ms; they may still be stored",
            store.Log.All
        );
        Assert.Equal(0, store.Store.Topic("orders").Queue(0).MaxOffset.Value);
        // Whoever counts them as stored makes them durable before that is noted anywhere.
        var syncing = Task.Run(store.Store.Sync, TestContext.Current.CancellationToken);
        var first = await Task.WhenAny(syncing, Task.Delay(50, TestContext.Current.CancellationToken));
        Assert.NotSame(syncing, first);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => young.HasEnded, TimeSpan.FromSeconds(20)));
        Assert.Equal(AppendStatus.Stored, young.Status);
        Assert.Equal(["under way", "gathered", "young"], store.Bodies("orders", 0));
        Assert.Equal((1, 1, 1), (underWay.Calls, gathered.Calls, young.Calls));
        Assert.Equal(store.Store.MaxPosition, await syncing);
        store.Files.BeforeSync = store.Files.BeforeWrite = _ => { };
    }

    [Fact]
    public void Without_room_an_append_says_so_at_once_and_room_is_announced()
    {
        using var store = new StoreUnderTest(change: _ =>
            StoreUnderTest.Options(FlushMode.Sync, segmentBytes: 16 << 20)
        );
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        store.Files.BeforeWrite = _ =>
        {
            reached.Set();
            gate.Wait(TimeSpan.FromSeconds(20));
        };
        var outcomes = new List<Outcome> { store.Send("orders", 0, "first") };
        Assert.True(reached.Wait(TimeSpan.FromSeconds(20)));
        var announced = 0;
        store.Store.RoomMade = () => Interlocked.Increment(ref announced);
        var body = new string('x', 500_000);
        Assert.True(store.Store.HasRoom);
        while (store.Store.HasRoom)
        {
            outcomes.Add(store.Send("orders", 0, body));
            Assert.InRange(outcomes.Count, 1, 100);
        }
        Assert.Equal(AppendStatus.Busy, outcomes[^1].Placed);
        Assert.Equal(0, Volatile.Read(ref announced));
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref announced) > 0, TimeSpan.FromSeconds(20)));
        Assert.True(SpinWait.SpinUntil(() => store.Store.HasRoom, TimeSpan.FromSeconds(20)));
        Assert.Equal(AppendStatus.Accepted, store.Send("orders", 0, body).Placed);
        store.Files.BeforeWrite = _ => { };
    }

    [Fact]
    public void Between_two_rounds_of_writing_the_first_ones_answers_may_leave()
    {
        using var store = new StoreUnderTest();
        var events = new List<string>();
        var second = new Outcome();
        store.Store.RoundEnded = () => events.Add($"round ended, second {(second.HasEnded ? "stored" : "waits")}");
        var writes = 0;
        store.Files.BeforeWrite = _ =>
        {
            // Somebody else sends while the first message is written.
            if (writes++ == 0)
                Task.Run(() => second = store.Send("orders", 0, "second")).GetAwaiter().GetResult();
        };
        var first = store.Send("orders", 0, "first");
        store.Files.BeforeWrite = _ => { };
        Assert.True(first.HasEnded && second.HasEnded);
        Assert.Equal(["round ended, second waits"], events);
    }

    static StoreUnderTest Open() => new(change: _ => StoreUnderTest.Options(FlushMode.Sync));
}
