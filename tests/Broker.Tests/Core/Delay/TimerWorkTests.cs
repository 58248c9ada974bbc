using System.Buffers.Binary;
using Broker.Core.Delay;
using Broker.Store.Timers;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Delay;

public sealed class TimerWorkTests
{
    [Fact]
    public async Task A_message_comes_at_the_millisecond_that_it_asked_for()
    {
        using var timers = new TimersUnderTest();
        timers.Send("later", $"TIMER_DELIVER_MS={timers.Time.Ms + 1_234} UNIQ_KEY=A KEYS=k");
        timers.Send("sooner", "TIMER_DELAY_MS=1001 UNIQ_KEY=B");
        timers.Send("ons", $"__STARTDELIVERTIME={timers.Time.Ms + 900} UNIQ_KEY=C");
        await timers.GoOnAsync(TimeSpan.FromMilliseconds(899));
        Assert.Empty(timers.Bodies());
        await timers.GoOnAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["ons"], timers.Bodies());
        await timers.GoOnAsync(TimeSpan.FromMilliseconds(333));
        Assert.Equal(["ons", "sooner"], timers.Bodies());
        await timers.GoOnAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["ons", "sooner", "later"], timers.Bodies());
    }

    [Fact]
    public async Task It_carries_the_properties_of_the_reference()
    {
        using var timers = new TimersUnderTest();
        var sent = timers.Time.Ms;
        timers.Send("later", "TIMER_DELAY_SEC=2 UNIQ_KEY=A KEYS=k");
        await timers.GoOnAsync(TimeSpan.FromSeconds(2));
        var properties = Assert.Single(timers.Delivered()).Properties;
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["TIMER_DELAY_SEC"] = "2",
                ["UNIQ_KEY"] = "A",
                ["KEYS"] = "k",
                // The clock stands at a full second: an exact multiple is rounded by one more.
                ["TIMER_OUT_MS"] = $"{sent + 1_000}",
                ["REAL_TOPIC"] = "orders",
                ["REAL_QID"] = "0",
                ["TIMER_ENQUEUE_MS"] = $"{sent + 1_000}",
                ["TIMER_DEQUEUE_MS"] = $"{sent + 2_000}",
            },
            properties
        );
    }

    [Fact]
    public void Past_times_are_now_and_what_is_beyond_forty_days_or_no_number_is_refused()
    {
        using var timers = new TimersUnderTest();
        timers.Send("past", $"TIMER_DELIVER_MS={timers.Time.Ms - 5}");
        timers.Send("zero", "TIMER_DELAY_SEC=0");
        timers.Send("negative", "TIMER_DELAY_MS=-7");
        Assert.Equal(["past", "zero", "negative"], timers.Bodies());
        const int days = 40 * 86_400;
        Assert.NotNull(timers.Send("last", $"TIMER_DELAY_SEC={days}"));
        Assert.Null(timers.Send("beyond", $"TIMER_DELAY_MS={(days * 1_000L) + 1}"));
        Assert.Null(timers.Send("overflow", $"TIMER_DELAY_SEC={long.MaxValue}"));
        Assert.Null(timers.Send("word", "TIMER_DELIVER_MS=soon"));
        Assert.Null(timers.Send("fraction", "TIMER_DELAY_SEC=1.5"));
        Assert.Null(timers.Send("too late", $"TIMER_DELIVER_MS={timers.Time.Ms - 5} TIMER_DEL_UNIQKEY=orders+A"));
    }

    [Fact]
    public async Task A_recalled_message_does_not_come_and_the_others_of_its_second_do()
    {
        using var timers = new TimersUnderTest();
        var due = timers.Time.Ms + 5_600;
        timers.Send("stays", $"TIMER_DELIVER_MS={due} UNIQ_KEY=A");
        timers.Send("goes", $"TIMER_DELIVER_MS={due} UNIQ_KEY=B");
        timers.Send("stays too", $"TIMER_DELIVER_MS={due} UNIQ_KEY=B", "stock");
        timers.Send("0", $"TIMER_DELIVER_MS={timers.Time.Ms + 5_001} TIMER_DEL_UNIQKEY=orders+B UNIQ_KEY=B");
        await timers.GoOnAsync(TimeSpan.FromMilliseconds(5_100));
        // The recall is known by now, and the message is not due: a crash must not forget it.
        using var again = timers.Reopen(timers.Files.AfterKill());
        await again.GoOnAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["stays"], again.Bodies());
        Assert.Equal(["stays too"], again.Bodies("stock"));
        Assert.Equal(0, again.Store.Timers.Count);
    }

    [Fact]
    public async Task A_long_wait_is_rolled_and_keeps_its_time()
    {
        using var timers = new TimersUnderTest(change: options => options.TimerRollWindowSlot = 2 * 3_600);
        timers.Send("far", $"TIMER_DELIVER_MS={timers.Time.Ms + (7 * 3_600_000) + 250} UNIQ_KEY=A TIMER_ROLL_TIMES=x");
        for (var hour = 0; hour < 7; hour++)
        {
            await timers.GoOnAsync(TimeSpan.FromHours(1));
            Assert.Empty(timers.Bodies());
            Assert.Equal(1, timers.Store.Timers.Count);
        }
        await timers.GoOnAsync(TimeSpan.FromMilliseconds(250));
        var message = Assert.Single(timers.Delivered());
        Assert.Equal("3", message.Properties["TIMER_ROLL_TIMES"]);
        Assert.Equal(4, timers.Policy.Queue.MaxOffset.Value);
    }

    [Fact]
    public async Task Retention_counts_from_the_due_time()
    {
        using var timers = new TimersUnderTest();
        timers.Send("day 5", $"TIMER_DELIVER_MS={timers.Time.Ms + (5 * 86_400_000L)} UNIQ_KEY=A");
        timers.Store.Options.DeleteWhen = string.Join(';', Enumerable.Range(0, 24));
        for (var hour = 1; hour < 5 * 24; hour++)
        {
            FillSegment(timers);
            await timers.GoOnAsync(TimeSpan.FromHours(1));
            timers.Store.Clean();
        }
        Assert.Empty(timers.Bodies());
        await timers.GoOnAsync(TimeSpan.FromHours(1));
        for (var hour = 0; hour < 70; hour++)
        {
            FillSegment(timers);
            await timers.GoOnAsync(TimeSpan.FromHours(1));
            timers.Store.Clean();
            Assert.Equal(["day 5"], timers.Bodies());
        }
        Assert.True(timers.Store.MinPosition.Value > 0);
    }

    [Fact]
    public async Task A_broker_that_was_down_for_longer_than_the_log_is_kept_still_delivers()
    {
        var timers = new TimersUnderTest();
        timers.Store.Options.DeleteWhen = "";
        timers.Send("due meanwhile", $"TIMER_DELAY_SEC=60 UNIQ_KEY=A");
        timers.Send("due later", $"TIMER_DELAY_SEC={20 * 86_400} UNIQ_KEY=B");
        await timers.SettleAsync();
        for (var i = 0; i < 3; i++)
            FillSegment(timers);
        timers.Store.Flush();
        timers.Time.Advance(TimeSpan.FromDays(10));
        using var again = timers.Reopen(timers.Files.AfterKill());
        again.Store.Options.DeleteWhen = string.Join(';', Enumerable.Range(0, 24));
        Assert.Equal(0, again.Store.Clean());
        await again.SettleAsync();
        Assert.Equal(["due meanwhile"], again.Bodies());
        FillSegment(again);
        Assert.True(again.Store.Clean() > 0);
        await again.GoOnAsync(TimeSpan.FromDays(1.5));
        for (var day = 0; day < 9; day++)
            await again.GoOnAsync(TimeSpan.FromDays(1));
        Assert.Contains("due later", again.Bodies());
    }

    [Fact]
    public async Task Without_the_index_it_is_built_from_the_log_and_nothing_comes_twice()
    {
        var timers = new TimersUnderTest(change: options => options.TimerRollWindowSlot = 1_000);
        for (var i = 0; i < 200; i++)
            timers.Send($"{i}", $"TIMER_DELAY_SEC={i * 30} UNIQ_KEY={i}");
        for (var i = 0; i < 40; i++)
            await timers.GoOnAsync(TimeSpan.FromSeconds(60));
        var before = timers.Bodies().ToArray();
        Assert.InRange(before.Length, 70, 90);
        var left = timers.Files.AfterKill();
        left.DeleteDirectory("/store/timers");
        using var again = timers.Reopen(left);
        await again.SettleAsync();
        Assert.Equal(before, again.Bodies());
        for (var i = 0; i < 70; i++)
            await again.GoOnAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), again.Bodies());
    }

    [Fact]
    public async Task Waiting_messages_of_an_adopted_folder_are_delivered_and_its_delivered_ones_are_not()
    {
        var timers = new TimersUnderTest();
        for (var i = 1; i <= 10; i++)
            timers.Send($"{i}", $"TIMER_DELAY_SEC={i * 10} UNIQ_KEY={i}");
        var note = new byte[4096];
        // As Apache leaves it: all before the time are delivered, all six first ones were on its wheel.
        BinaryPrimitives.WriteInt64BigEndian(note, timers.Time.Ms + 35_000);
        BinaryPrimitives.WriteInt64BigEndian(note.AsSpan(16), 6);
        BinaryPrimitives.WriteInt64BigEndian(note.AsSpan(24), 6);
        timers.Store.Flush();
        var left = timers.Files.AfterKill();
        left.DeleteDirectory("/store/timers");
        left.Replace("/store/config/timercheck", note);
        using var adopted = timers.Reopen(left);
        await adopted.GoOnAsync(TimeSpan.FromSeconds(100));
        Assert.Equal(["4", "5", "6", "7", "8", "9", "10"], adopted.Bodies());
    }

    [Fact]
    public async Task The_note_for_a_way_back_to_Apache_says_what_still_waits()
    {
        using var timers = new TimersUnderTest();
        timers.Send("first", "TIMER_DELAY_SEC=10 UNIQ_KEY=A");
        timers.Send("second", "TIMER_DELAY_SEC=20 UNIQ_KEY=B");
        timers.Send("third", "TIMER_DELAY_SEC=30 UNIQ_KEY=C");
        await timers.GoOnAsync(TimeSpan.FromSeconds(15));
        timers.Work.End();
        var note = timers.Files.Content("/store/config/timercheck");
        Assert.Equal(4096, note.Length);
        Assert.Equal(timers.Time.Ms, BinaryPrimitives.ReadInt64BigEndian(note));
        Assert.Equal(1, BinaryPrimitives.ReadInt64BigEndian(note.AsSpan(24)));
        Assert.Equal(new TimerCheckpoint(timers.Time.Ms, 1, timers.Work.Counts.Version), TimerCheckpoint.Parse(note));
    }

    [Fact]
    public async Task What_says_neither_when_nor_where_is_left_out()
    {
        using var timers = new TimersUnderTest();
        var store = timers.Store;
        var odd = new RawMessages(store, TimerIndex.Topic);
        odd.Append("no time", "REAL_TOPIC=orders REAL_QID=0");
        odd.Append("no place", $"TIMER_OUT_MS={timers.Time.Ms}");
        odd.Append("no queue", $"TIMER_OUT_MS={timers.Time.Ms} REAL_TOPIC=orders REAL_QID=-1");
        timers.Send("good", "TIMER_DELAY_SEC=1 UNIQ_KEY=A");
        await timers.GoOnAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["good"], timers.Bodies());
        Assert.Equal(0, store.Timers.Count);
    }

    [Fact]
    public async Task A_queue_that_cannot_be_opened_delays_its_messages_and_no_others()
    {
        var before = new TimersUnderTest();
        new RawMessages(before.Store, "orders").Append("first", "");
        new RawMessages(before.Store, "stock").Append("first", "");
        before.Store.Flush();
        using var timers = before.Reopen(before.Files.AfterKill());
        var due = timers.Time.Ms + 5_000;
        for (var i = 0; i < 5; i++)
        {
            timers.Send($"{i}", $"TIMER_DELIVER_MS={due + (10 * i)} UNIQ_KEY={i}");
            timers.Send($"{i}", $"TIMER_DELIVER_MS={due + (10 * i) + 5} UNIQ_KEY={i}", "stock");
        }
        // The recall stays known for as long as its message is tried.
        timers.Send("0", $"TIMER_DELIVER_MS={due} TIMER_DEL_UNIQKEY=stock+3 UNIQ_KEY=3", "stock");
        timers.Files.BeforeOpen = RefuseOpening("/stock");
        await timers.GoOnAsync(TimeSpan.FromSeconds(6));
        for (var i = 0; i < 10; i++)
            await timers.GoOnAsync(TimeSpan.FromSeconds(1));
        string[] first = ["first"];
        Assert.Equal([.. first, "0", "1", "2", "3", "4"], timers.Bodies());

        timers.Files.BeforeOpen = _ => { };
        using var again = timers.Reopen(timers.Files.AfterKill());
        await again.GoOnAsync(TimeSpan.FromSeconds(2));
        Assert.Equal([.. first, "0", "1", "2", "3", "4"], again.Bodies());
        Assert.Equal(["0", "1", "2", "4", "first"], again.Bodies("stock").Order(StringComparer.Ordinal));
        Assert.Equal(0, again.Store.Timers.Count);
    }

    [Fact]
    public async Task A_part_of_the_log_that_cannot_be_opened_for_a_moment_loses_and_repeats_nothing()
    {
        using var timers = new TimersUnderTest();
        for (var i = 0; i < 20; i++)
            timers.Send($"{i}", $"TIMER_DELAY_SEC=5 UNIQ_KEY={i}");
        FillSegment(timers);
        for (var i = 20; i < 25; i++)
            timers.Send($"{i}", $"TIMER_DELAY_SEC=5 UNIQ_KEY={i}");
        timers.Files.BeforeOpen = RefuseOpening("commitlog/00000000000000065536");
        var failures = 0;
        // Full memory goes to a file in between.
        for (var i = 0; i < 6; i++)
            failures += await Record.ExceptionAsync(() => timers.Work.StepAsync()) is IOException ? 1 : 0;
        Assert.InRange(failures, 2, 6);
        timers.Files.BeforeOpen = _ => { };
        await timers.GoOnAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i}"), timers.Bodies());
    }

    [Fact]
    public async Task A_part_of_the_index_that_cannot_be_read_for_a_moment_leaves_the_batch_counted()
    {
        using var timers = new TimersUnderTest();
        // More than a read of an index file has, and some that are due before: the next read is in a batch's middle.
        for (var i = 0; i < 4_000; i++)
        {
            timers.Send($"late {i}", $"TIMER_DELAY_SEC=20 UNIQ_KEY=late{i}");
            if (i % 7 == 0)
                await timers.SettleAsync();
        }
        for (var i = 0; i < 5; i++)
            timers.Send($"early {i}", $"TIMER_DELAY_SEC=5 UNIQ_KEY=early{i}");
        await timers.SettleAsync();
        timers.Time.Advance(TimeSpan.FromSeconds(25));
        var failures = 0;
        for (var i = 0; i < 40; i++)
        {
            var delivered = timers.Bodies().Count();
            var refuses = i % 2 == 0;
            timers.Files.BeforeRead = path =>
            {
                if (refuses && path.Contains("timers", StringComparison.Ordinal))
                    throw new IOException("Input/output error", 5);
            };
            failures += await Record.ExceptionAsync(() => timers.Work.StepAsync()) is IOException ? 1 : 0;
            Assert.Equal(4_005 - timers.Bodies().Count(), timers.Work.Counts.Of("orders"u8).Waiting);
            Assert.True(refuses || timers.Bodies().Count() >= delivered);
        }
        Assert.True(failures > 0);
        Assert.Equal(4_005, timers.Bodies().Distinct().Count());
        Assert.Equal(4_005, timers.Bodies().Count());
    }

    static Action<string> RefuseOpening(string part) =>
        path =>
        {
            if (path.Contains(part, StringComparison.Ordinal))
                throw new IOException("Too many open files", 24);
        };

    static void FillSegment(TimersUnderTest timers)
    {
        var filler = new RawMessages(timers.Store, "filler");
        for (var i = 0; i < 20; i++)
            filler.Append(new string('x', 4_000), "");
    }
}
