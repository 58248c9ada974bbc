using Broker.Protocol.Messages;
using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class AppendTests
{
    [Fact]
    public void What_is_appended_can_be_read_in_order()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 50; i++)
            Assert.Equal(AppendStatus.Stored, store.Send("orders", i % 2, $"body {i}").Status);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"body {2 * i}"), store.Bodies("orders", 0));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"body {2 * i + 1}"), store.Bodies("orders", 1));
    }

    [Fact]
    public void A_sender_is_answered_once_with_the_message_s_place()
    {
        using var store = new StoreUnderTest();
        var first = store.Gather("orders", 3, "one");
        var second = store.Gather("orders", 3, "two");
        Assert.False(first.HasEnded);
        store.Store.EndOfBatch();
        Assert.Equal((1, 1), (first.Calls, second.Calls));
        Assert.Equal((0L, 0L), (first.Position.Value, first.QueueOffset.Value));
        Assert.Equal(1, second.QueueOffset.Value);
        var size = MessageLayout.Size(0, 3, 6, 0);
        Assert.Equal(size, second.Position.Value);
        Assert.Equal(2 * size, store.Store.MaxPosition.Value);
    }

    [Fact]
    public void Messages_gathered_together_are_written_by_one_call()
    {
        using var store = new StoreUnderTest();
        var writes = 0;
        store.Files.BeforeWrite = path => writes += path.Contains("commitlog", StringComparison.Ordinal) ? 1 : 0;
        for (var i = 0; i < 20; i++)
            store.Gather("orders", 0, "body");
        store.Store.EndOfBatch();
        Assert.Equal(1, writes);
    }

    [Fact]
    public void Nothing_is_readable_before_it_is_written()
    {
        using var store = new StoreUnderTest();
        var outcome = store.Gather("orders", 0, "body");
        Assert.Equal(0, store.Store.Topic("orders").Queue(0).MaxOffset.Value);
        Assert.False(store.Store.TryRead(outcome.Position, new ReadResult()));
        store.Store.EndOfBatch();
        var result = new ReadResult();
        Assert.True(store.Store.TryRead(outcome.Position, result));
        Assert.Equal("body", Assert.Single(StoreUnderTest.Messages(result)).Body);
        result.Release();
    }

    [Fact]
    public void Append_after_a_roll_starts_at_the_segment_base()
    {
        using var store = new StoreUnderTest();
        var positions = new List<long>();
        for (var i = 0; i < 200; i++)
            positions.Add(store.Send("orders", 0, new string('x', 1000)).Position.Value);
        var size = MessageLayout.Size(0, 1000, 6, 0);
        var perSegment = (64 * 1024 - 8) / size;
        Assert.Equal(64 * 1024, positions[(int)perSegment]);
        var filler = store.Files.Content("/store/commitlog/00000000000000000000").AsSpan((int)(perSegment * size));
        Assert.Equal(MessageProblem.EndOfFile, MessageView.Read(filler, out _));
        Assert.Equal(200, store.Bodies("orders", 0).Count);
        Assert.Contains("/store/commitlog/00000000000000065536", store.Files.Files("/store/commitlog"));
    }

    [Fact]
    public void A_batch_takes_neighbouring_places_and_is_answered_once()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "before");
        var outcome = store.SendBatch("orders", 0, "a", "bb", "ccc");
        Assert.Equal(AppendStatus.Stored, outcome.Status);
        Assert.Equal((1, 3, 1L), (outcome.Calls, outcome.Count, outcome.QueueOffset.Value));
        Assert.Equal(outcome.Position.Value, outcome.Positions[0]);
        Assert.Equal(MessageLayout.Size(0, 1, 6, 0), outcome.Positions[1] - outcome.Positions[0]);
        Assert.Equal(["before", "a", "bb", "ccc"], store.Bodies("orders", 0));
    }

    [Fact]
    public void A_batch_never_straddles_segments()
    {
        using var store = new StoreUnderTest();
        var body = new string('x', 20_000);
        store.Send("orders", 0, body);
        store.Send("orders", 0, body);
        var outcome = store.SendBatch("orders", 0, body, body);
        Assert.Equal(64 * 1024, outcome.Positions[0]);
        Assert.Equal(4, store.Bodies("orders", 0).Count);
    }

    [Theory]
    [InlineData(MessageTransaction.Prepared, 0)]
    [InlineData(MessageTransaction.Rollback, 0)]
    [InlineData(MessageTransaction.Commit, 1)]
    public void Only_plain_and_committed_messages_enter_the_queue(MessageTransaction transaction, long entries)
    {
        using var store = new StoreUnderTest();
        var outcome = store.Send("orders", 0, "body", sysFlag: (int)transaction);
        Assert.Equal(AppendStatus.Stored, outcome.Status);
        Assert.Equal(entries, store.Store.Topic("orders").Queue(0).MaxOffset.Value);
        Assert.Equal(0, outcome.QueueOffset.Value);
    }

    [Fact]
    public void The_limit_of_what_clients_send_does_not_bind_what_the_broker_stores_again()
    {
        using var store = new StoreUnderTest(change: o =>
        {
            o.MaxMessageBytes = 5_000;
            return o;
        });
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, new string('x', 5_001)).Status);
        Assert.Equal(AppendStatus.Illegal, store.SendBatch("orders", 0, new string('x', 5_000), "x").Placed);
        Assert.Equal(AppendStatus.Stored, store.SendBatch("orders", 0, new string('x', 4_900), "x").Status);
    }

    [Fact]
    public void A_delayed_message_is_due_by_the_clock_while_a_clock_that_was_ahead_holds_the_store_time()
    {
        using var store = new StoreUnderTest();
        store.Time.Advance(TimeSpan.FromDays(1));
        store.Send("orders", 0, "ahead");
        store.Time.Advance(TimeSpan.FromDays(-1));
        var delayed = store.Send("SCHEDULE_TOPIC_XXXX", 4, "later", "DELAY\u00015\u0002");
        Assert.Equal(store.Time.Ms + 86_400_000, delayed.StoreTimestamp);
        Assert.Equal(store.Time.Ms + 60_000, store.Store.Topic("SCHEDULE_TOPIC_XXXX").Queue(4).ReadOne(0).TagsCode);
    }

    [Fact]
    public void Properties_beyond_their_field_are_refused()
    {
        using var store = new StoreUnderTest();
        Assert.Equal(AppendStatus.Illegal, store.Send("orders", 0, "body", new string('p', 32_768)).Placed);
        Assert.Equal(AppendStatus.Stored, store.Send("orders", 0, "body", new string('p', 32_767)).Status);
    }

    [Fact]
    public void A_malformed_batch_is_refused_whole()
    {
        using var store = new StoreUnderTest();
        Assert.Equal(AppendStatus.Illegal, store.SendRawBatch("orders", 0, [0, 0, 0, 5, 1]).Placed);
        Assert.Equal(0, store.Store.MaxPosition.Value);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_unsort_the_log()
    {
        using var store = new StoreUnderTest();
        var before = store.Send("orders", 0, "one").StoreTimestamp;
        store.Time.Advance(TimeSpan.FromHours(-1));
        Assert.Equal(before, store.Send("orders", 0, "two").StoreTimestamp);
    }

    [Fact]
    public void Sends_after_the_end_are_refused_and_those_before_are_answered()
    {
        var store = new StoreUnderTest();
        var gathered = store.Gather("orders", 0, "body");
        store.Dispose();
        Assert.Equal(AppendStatus.Stored, gathered.Status);
        Assert.Equal(AppendStatus.Closed, store.Gather("orders", 0, "late").Placed);
    }

    [Fact]
    public void A_log_that_cannot_be_written_ends_the_store_with_the_reason()
    {
        using var store = new StoreUnderTest();
        store.Send("orders", 0, "good");
        store.Files.BeforeWrite = path => throw new IOException("the device is gone: " + path);
        var outcome = store.Send("orders", 0, "lost");
        Assert.Equal(AppendStatus.Closed, outcome.Status);
        Assert.Equal(AppendStatus.Closed, store.Send("orders", 0, "later").Placed);
        Assert.True(store.Store.Failure.IsFaulted);
        Assert.Contains("the device is gone", store.Store.Failure.Exception!.InnerException!.Message);
        Assert.Equal(["good"], store.Bodies("orders", 0));
    }

    [Theory]
    [InlineData("/commitlog/", "The log cannot be written")]
    [InlineData("/consumequeue/", "Stored messages cannot be shown to their queues")]
    public void A_mistake_of_our_own_while_messages_are_stored_ends_the_store_and_leaves_nobody_waiting(
        string folder,
        string said
    )
    {
        const int fillsTheFirstEntries = 80;
        using var store = new StoreUnderTest();
        store.Files.BeforeWrite = path =>
        {
            if (path.Contains(folder))
                throw new InvalidOperationException("a mistake");
        };
        var outcomes = Enumerable
            .Range(0, fillsTheFirstEntries)
            .Select(i => store.Send("orders", 0, $"{i}"))
            .TakeWhile(outcome => outcome.Status == AppendStatus.Stored)
            .Count();

        Assert.InRange(outcomes, 0, fillsTheFirstEntries - 1);
        Assert.Equal(AppendStatus.Closed, store.Send("orders", 0, "later").Placed);
        Assert.True(store.Store.Failure.IsFaulted);
        Assert.Equal(said + ": a mistake", store.Store.Failure.Exception!.InnerException!.Message);
        Assert.Contains(said + "; the store takes no more messages: a mistake", store.Log.All);
        store.Files.BeforeWrite = _ => { };
    }

    [Fact]
    public void Messages_wait_for_the_replicas_when_they_must()
    {
        using var store = new StoreUnderTest();
        store.Store.ConfirmedLimit = new LogPosition(0);
        var first = store.Send("orders", 0, "one");
        var second = store.Send("orders", 0, "two");
        Assert.False(first.HasEnded);
        Assert.Empty(store.Bodies("orders", 0));
        store.Store.ConfirmedLimit = second.Position;
        Assert.Equal(AppendStatus.Stored, first.Status);
        Assert.False(second.HasEnded);
        Assert.Equal(["one"], store.Bodies("orders", 0));
        store.Store.ConfirmedLimit = new LogPosition(long.MaxValue);
        Assert.Equal(["one", "two"], store.Bodies("orders", 0));
    }

    [Fact]
    public void Arrivals_are_told_in_order_after_the_queue_shows_them()
    {
        using var store = new StoreUnderTest();
        var seen = new List<string>();
        store.Store.Arrived = (in Arrival arrival) =>
        {
            Assert.True(arrival.Queue.MaxOffset.Value > arrival.Offset.Value);
            seen.Add($"{arrival.Queue.Topic.Name}/{arrival.Queue.QueueId}/{arrival.Offset}/{arrival.TagsCode}");
        };
        store.Gather("orders", 0, "a", "TAGS\u0001TagA\u0002");
        store.Gather("orders", 1, "b");
        store.Gather("orders", 0, "c");
        store.Store.EndOfBatch();
        Assert.Equal(["orders/0/0/2598919", "orders/1/0/0", "orders/0/1/0"], seen);
    }

    [Fact]
    public void The_schedule_topic_s_entries_hold_the_time_of_delivery()
    {
        using var store = new StoreUnderTest();
        var outcome = store.Send("SCHEDULE_TOPIC_XXXX", 2, "later", "DELAY\u00013\u0002TAGS\u0001TagA\u0002");
        var entry = new QueueEntry[1];
        Assert.Equal(1, store.Store.ReadEntries(store.Store.Topic("SCHEDULE_TOPIC_XXXX").Queue(2), default, entry));
        Assert.Equal(outcome.StoreTimestamp + 10_000, entry[0].TagsCode);
    }
}
