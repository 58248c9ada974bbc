using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

/// <summary>
/// Many senders and readers at once. Whatever the interleaving: in each queue the messages of a sender are in its
/// order, offsets have no gaps, and a reader that follows the end sees every message once and never a part of one.
/// </summary>
public sealed class ConcurrencyTests
{
    const int Senders = 6;
    const int Queues = 3;
    const int PerSender = 3_000;

    [Theory]
    [InlineData(FlushMode.Async)]
    [InlineData(FlushMode.Sync)]
    public async Task Order_and_contiguity_hold_under_concurrent_sends_and_reads(FlushMode flushMode)
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(flushMode, background: true));
        var senders = Enumerable.Range(0, Senders).Select(sender => Start(() => Send(store, sender))).ToArray();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var readers = Enumerable
            .Range(0, Queues)
            .Select(queue => Start(() => Follow(store, queue, stop.Token)))
            .ToArray();
        var maintenance = Start(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                store.Store.FlushLog();
                store.Store.WriteCheckpoint();
            }
        });
        try
        {
            await Task.WhenAll([.. senders, maintenance]);
        }
        catch (Exception)
        {
            await stop.CancelAsync();
            throw;
        }
        await Task.WhenAll(readers);
        Assert.False(store.Store.Failure.IsFaulted);
    }

    [Fact]
    public async Task Readers_of_segments_that_are_deleted_meanwhile_see_whole_messages_or_none()
    {
        using var store = new StoreUnderTest(change: _ => StoreUnderTest.Options(mappedSegmentsMax: 2));
        store.Files.Disk = new(1000, 140);
        for (var i = 0; i < 1_500; i++)
            store.Send("orders", 0, $"{i}:" + new string('x', 500));
        var readers = Enumerable.Range(0, 3).Select(_ => Start(() => ReadAll(store))).ToArray();
        var cleaner = Start(() =>
        {
            while (store.Store.Clean() > 0)
                Thread.Yield();
        });
        await Task.WhenAll([.. readers, cleaner]);
    }

    static Task Start(Action work) => Task.Factory.StartNew(work, TaskCreationOptions.LongRunning);

    static void Send(StoreUnderTest store, int sender)
    {
        var outcomes = new List<Outcome>();
        for (var i = 0; i < PerSender; i++)
        {
            var outcome = store.Gather("orders", i % Queues, $"{sender}:{i}");
            while (outcome.Placed == AppendStatus.Busy)
            {
                Assert.True(SpinWait.SpinUntil(() => store.Store.HasRoom, TimeSpan.FromSeconds(60)));
                outcome = store.Gather("orders", i % Queues, $"{sender}:{i}");
            }
            Assert.Equal(AppendStatus.Accepted, outcome.Placed);
            outcomes.Add(outcome);
            if (i % (sender + 1) == 0)
                store.Store.EndOfBatch();
        }
        store.Store.EndOfBatch();
        Assert.True(
            SpinWait.SpinUntil(() => outcomes.TrueForAll(outcome => outcome.HasEnded), TimeSpan.FromSeconds(60))
        );
        Assert.All(outcomes, outcome => Assert.Equal((AppendStatus.Stored, 1), (outcome.Status, outcome.Calls)));
    }

    static void Follow(StoreUnderTest store, int queueId, CancellationToken stop)
    {
        var queue = store.Store.Topic("orders").Queue(queueId);
        var lastOfSender = Enumerable.Repeat(-1, Senders).ToArray();
        var result = new ReadResult();
        var wait = new SpinWait();
        for (var next = 0L; next < Senders * PerSender / Queues; result.Release())
        {
            if (
                store.Store.Read(queue, new QueueOffset(next), 32, 1 << 20, MessageFilter.All, result)
                != ReadStatus.Found
            )
            {
                stop.ThrowIfCancellationRequested();
                wait.SpinOnce();
                continue;
            }
            foreach (var (_, id, offset, body) in StoreUnderTest.Messages(result))
            {
                Assert.Equal((queueId, next++), (id, offset));
                var parts = body.Split(':').Select(int.Parse).ToArray();
                Assert.True(parts[1] > lastOfSender[parts[0]], $"{body} after {lastOfSender[parts[0]]}");
                lastOfSender[parts[0]] = parts[1];
            }
            Assert.Equal(next, result.NextOffset.Value);
        }
    }

    static void ReadAll(StoreUnderTest store)
    {
        var queue = store.Store.Topic("orders").Queue(0);
        var result = new ReadResult();
        for (var round = 0; round < 20; round++)
        {
            for (var next = queue.MinOffset; next.Value < queue.MaxOffset.Value; result.Release())
            {
                store.Store.Read(queue, next, 32, 1 << 20, MessageFilter.All, result);
                foreach (var (_, _, offset, body) in StoreUnderTest.Messages(result))
                    Assert.StartsWith($"{offset}:", body);
                next = result.NextOffset;
            }
        }
    }
}
