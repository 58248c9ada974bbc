using Broker.Store;
using Xunit;

namespace Broker.Tests.Store.Queues;

/// <summary>How the entries of queues come from memory into their files while messages go on coming.</summary>
public sealed class QueueWritingTests
{
    const string QueueFile = "/consumequeue/";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_disk_that_lets_a_queue_s_file_wait_holds_up_nobody()
    {
        using var store = Busy();
        using var isWriting = new ManualResetEventSlim();
        using var mayWrite = new ManualResetEventSlim();
        store.Files.BeforeWrite = path =>
        {
            if (!path.Contains(QueueFile))
                return;
            isWriting.Set();
            mayWrite.Wait(Patience);
        };
        try
        {
            Send(store, "orders", 0, 300);
            Assert.True(isWriting.Wait(Patience));
            Send(store, "orders", 300, 600);
            Send(store, "others", 0, 300);
            Assert.False(mayWrite.IsSet);
            Assert.Equal(Numbers(0, 600), store.Bodies("orders", 0));
            Assert.Equal(Numbers(0, 300), store.Bodies("others", 0));
        }
        finally
        {
            mayWrite.Set();
        }

        store.Store.Flush();
        using var again = store.Reopen(store.Files.AfterKill());
        Assert.Equal(Numbers(0, 600), again.Bodies("orders", 0));
        Assert.Equal(Numbers(0, 300), again.Bodies("others", 0));
    }

    [Fact]
    public void A_queue_is_written_before_its_memory_is_full()
    {
        using var store = Busy();
        Send(store, "orders", 0, 48);
        Assert.True(
            SpinWait.SpinUntil(() => store.Files.FileExists(QueueFileOf("orders")), Patience),
            "Three quarters of the memory are full, and nothing was written."
        );
    }

    [Fact]
    public void What_cannot_be_written_beside_the_sends_refuses_them_until_it_can_and_is_not_lost()
    {
        using var store = Busy();
        var isFull = true;
        store.Files.BeforeWrite = path =>
        {
            if (Volatile.Read(ref isFull) && path.Contains(QueueFile))
                throw new IOException("No space left on device");
        };
        Send(store, "orders", 0, 48);
        Assert.True(
            SpinWait.SpinUntil(() => store.Send("others", 0, "more").Placed == AppendStatus.DiskFull, Patience)
        );
        Volatile.Write(ref isFull, false);
        store.Store.WriteCheckpoint();
        Send(store, "orders", 48, 100);
        Assert.False(store.Store.Failure.IsFaulted);

        using var again = store.Reopen(store.Files.AfterKill());
        Assert.Equal(Numbers(0, 100), again.Bodies("orders", 0));
    }

    [Fact]
    public void A_mistake_of_our_own_beside_the_sends_ends_the_store()
    {
        using var store = Busy();
        store.Files.BeforeWrite = path =>
        {
            if (path.Contains(QueueFile))
                throw new InvalidOperationException("a mistake");
        };
        Send(store, "orders", 0, 48);
        Assert.True(SpinWait.SpinUntil(() => store.Store.Failure.IsFaulted, Patience));
        Assert.Equal(AppendStatus.Closed, store.Send("orders", 0, "later").Placed);
        Assert.Equal(
            "Stored messages cannot be shown to their queues: a mistake",
            store.Store.Failure.Exception!.InnerException!.Message
        );
        store.Files.BeforeWrite = _ => { };
    }

    [Fact]
    public async Task A_topic_that_is_deleted_while_its_queue_is_written_leaves_no_file()
    {
        using var store = Busy();
        using var isWriting = new ManualResetEventSlim();
        using var mayWrite = new ManualResetEventSlim();
        store.Files.BeforeWrite = path =>
        {
            if (!path.Contains(QueueFile))
                return;
            isWriting.Set();
            mayWrite.Wait(Patience);
        };
        Send(store, "orders", 0, 48);
        Assert.True(isWriting.Wait(Patience));
        var deletion = Task.Factory.StartNew(() => store.Store.DeleteTopic("orders"), TaskCreationOptions.LongRunning);
        store.Files.BeforeWrite = _ => { };
        mayWrite.Set();
        await deletion.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.False(store.Files.FileExists(QueueFileOf("orders")));
        Send(store, "orders", 0, 3);
        Assert.Equal(Numbers(0, 3), store.Bodies("orders", 0));
    }

    [Fact]
    public void A_queue_gives_its_memory_back_when_nothing_came_for_a_minute()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "first");
        store.Send("orders", 1, "first");
        var (idle, busy) = (store.Store.Topic("orders").Queue(0), store.Store.Topic("orders").Queue(1));
        store.Store.WriteRegularCheckpoint();
        store.Time.Advance(TimeSpan.FromSeconds(59));
        store.Store.WriteRegularCheckpoint();
        Assert.True(idle.TailCapacity > 0);

        store.Send("orders", 1, "second");
        store.Time.Advance(TimeSpan.FromSeconds(1));
        store.Store.WriteRegularCheckpoint();
        Assert.Equal(0, idle.TailCapacity);
        Assert.True(busy.TailCapacity > 0);
        store.Send("orders", 0, "second");
        Assert.Equal(["first", "second"], store.Bodies("orders", 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_023)]
    [InlineData(1_024)]
    [InlineData(2_000_000_000)]
    public void A_queue_of_any_number_is_one_and_the_same(int queueId)
    {
        using var store = new StoreUnderTest();
        var topic = store.Store.Topic("orders");
        var queue = topic.Queue(queueId);
        topic.Queue(7);
        store.Send("orders", queueId, "text");

        Assert.Same(queue, topic.Queue(queueId));
        Assert.Equal(2, topic.OpenQueues.Count());
        Assert.Contains(queue, topic.OpenQueues);
        Assert.Equal(["text"], store.Bodies("orders", queueId));
    }

    static StoreUnderTest Busy() => new(change: _ => StoreUnderTest.Options(background: true));

    static string QueueFileOf(string topic) => $"{StoreUnderTest.Root}{QueueFile}{topic}/0/{0:D20}";

    static void Send(StoreUnderTest store, string topic, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var outcome = store.Send(topic, 0, i.ToString());
            while (outcome.Placed == AppendStatus.Busy)
            {
                // For the next segment, which a thread of its own makes.
                Assert.True(SpinWait.SpinUntil(() => store.Store.HasRoom, Patience), $"Message {i} finds no room.");
                outcome = store.Send(topic, 0, i.ToString());
            }
            Assert.Equal(AppendStatus.Accepted, outcome.Placed);
            Assert.True(SpinWait.SpinUntil(() => outcome.HasEnded, Patience), $"Message {i} of {topic} waits.");
            Assert.Equal(AppendStatus.Stored, outcome.Status);
        }
    }

    static IEnumerable<string> Numbers(int from, int to) => Enumerable.Range(from, to - from).Select(i => i.ToString());
}
