using Broker.Store;
using Broker.Store.Timers;
using Xunit;

namespace Broker.Tests.Store.Timers;

public sealed class TimerIndexTests
{
    const int InMemory = 100;

    readonly ForgetfulFileSystem _files = new();

    [Fact]
    public void Records_come_in_the_order_of_their_times_and_not_before()
    {
        using var index = Open();
        Assert.True(index.IsNew);
        index.Add(Record(30, 0));
        index.Add(Record(10, 1));
        index.Add(Record(10, 2) with { Kind = TimerKind.Recall });
        Assert.False(index.TryTake(9, out _));
        Assert.Equal([2, 1], Take(index, 29));
        Assert.Equal([0], Take(index, 30));
        Assert.False(index.TryPeek(out _));
    }

    [Fact]
    public void A_checkpoint_brings_back_what_was_not_taken_and_where_to_go_on()
    {
        using (var index = Open())
        {
            for (var i = 0; i < 10; i++)
                index.Add(Record(i, i));
            Take(index, 3);
            index.Next = new QueueOffset(10);
            index.Checkpoint(new LogPosition(500), "own"u8.ToArray());
            Assert.Equal([4, 5], Take(index, 5));
        }
        using var again = Open();
        Assert.False(again.IsNew);
        Assert.Equal((10, 500), (again.Next.Value, again.DeliveredTo.Value));
        Assert.Equal("own"u8.ToArray(), again.Attachment.ToArray());
        Assert.Equal([4, 5, 6, 7, 8, 9], Take(again, 100));
    }

    [Fact]
    public void A_read_that_fails_for_a_moment_leaves_every_record_in_its_place()
    {
        const int count = 1_100;
        using (var index = Open())
        {
            for (var i = 0; i < count; i++)
                index.Add(Record(i, i));
            index.Checkpoint(default, default);
        }
        using var again = Open();
        var taken = new List<long>();
        for (var reads = 0; taken.Count < count; )
        {
            _files.BeforeRead = _ =>
            {
                if (reads++ % 2 == 0)
                    throw new IOException("Input/output error");
            };
            try
            {
                while (again.TryTake(count, out var record))
                    taken.Add(record.QueueOffset.Value);
            }
            catch (IOException)
            {
                // It is tried again.
            }
        }
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), taken);
    }

    [Fact]
    public void More_than_memory_holds_lies_in_files_that_are_merged_and_deleted()
    {
        const int count = (InMemory * 17) + 5;
        var random = new Random(1);
        var times = Enumerable.Range(0, count).Select(_ => random.Next(1_000_000)).ToArray();
        using (var index = Open())
        {
            for (var i = 0; i < count; i++)
            {
                index.Add(Record(times[i], i));
                if (index.IsFull)
                    index.Checkpoint(default, default);
                if (i % 10 == 0)
                    index.Merge(20);
            }
            while (index.Merge(50)) { }
            Assert.InRange(index.RunCount, 1, 4);
            Assert.Equal(count, index.Count);
            index.Checkpoint(default, default);
            Assert.Equal(index.RunCount + 1, _files.Files("/store/timers").Count);
        }
        using var again = Open();
        var taken = Take(again, 1_000_000);
        Assert.Equal(count, taken.Distinct().Count());
        Assert.Equal(times.Order(), taken.Select(offset => times[offset]));
        again.Checkpoint(default, default);
        Assert.Equal(["/store/timers/state"], _files.Files("/store/timers"));
        Assert.Equal(1, _files.OpenHandles + 1);
    }

    [Fact]
    public void What_is_taken_during_a_merge_does_not_come_again()
    {
        using var index = Open();
        for (var i = 0; i < InMemory * 8; i++)
        {
            index.Add(Record(i % 100, i));
            if (index.IsFull)
                index.Checkpoint(default, default);
        }
        var taken = new List<long>();
        for (var time = 0; time < 100; time++)
        {
            index.Merge(15);
            taken.AddRange(Take(index, time));
        }
        Assert.Equal(InMemory * 8, taken.Count);
        Assert.Equal(taken.Count, taken.Distinct().Count());
    }

    [Fact]
    public void A_file_that_no_state_names_is_deleted_and_a_missing_one_makes_it_new()
    {
        using (var index = Open())
        {
            for (var i = 0; i < InMemory; i++)
                index.Add(Record(i, i));
            index.Checkpoint(default, default);
        }
        _files.Replace("/store/timers/00000000000000000077", [1]);
        using (Open())
            Assert.False(_files.FileExists("/store/timers/00000000000000000077"));
        _files.DeleteFile("/store/timers/00000000000000000000");
        using var last = Open();
        Assert.True(last.IsNew);
        Assert.Equal(0, last.Count);
    }

    [Fact]
    public void A_damaged_state_is_no_state()
    {
        using (var index = Open())
        {
            index.Add(Record(1, 1));
            index.Checkpoint(default, default);
        }
        var bytes = _files.Content("/store/timers/state");
        for (var at = 0; at < bytes.Length; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x40;
            _files.Replace("/store/timers/state", damaged);
            using var index = Open();
            Assert.True(index.IsNew, $"byte {at}");
        }
        _files.Replace("/store/timers/state", bytes[..^1]);
        using var shorter = Open();
        Assert.True(shorter.IsNew);
    }

    [Fact]
    public void The_smallest_position_is_that_of_a_record_that_is_left_held_or_being_delivered()
    {
        using var index = Open();
        for (var i = 0; i < InMemory; i++)
            index.Add(Record(i, i));
        index.Checkpoint(default, default);
        index.Add(Record(5_000_000, 20_000));
        Assert.Equal(0, index.MinPosition(long.MaxValue));
        Take(index, 59);
        Assert.Equal(0, index.MinPosition(long.MaxValue));
        index.Settle();
        Assert.Equal(60 * 10, index.MinPosition(long.MaxValue));
        index.Hold(Record(50, 50));
        Assert.Equal(50 * 10, index.MinPosition(long.MaxValue));
        index.Release(51);
        index.Next = new QueueOffset(30_000);
        Take(index, 1_000_000);
        index.Settle();
        Assert.Equal(200_000, index.MinPosition(long.MaxValue));
        Assert.Equal(20_000, index.MinQueueOffset().Value);
    }

    [Fact]
    public void After_a_power_cut_it_is_as_at_one_of_the_last_two_checkpoints()
    {
        for (var seed = 1; seed <= 200; seed++)
            RunUntilPowerCut(seed);
    }

    static void RunUntilPowerCut(int seed)
    {
        var random = new Random(seed);
        var files = new ForgetfulFileSystem();
        ForgetfulFileSystem? left = null;
        var countdown = random.Next(1, 200);
        files.BeforeSync = _ =>
        {
            if (--countdown == 0)
                left = files.AfterPowerCut(random);
        };
        var noted = new List<long[]> { Array.Empty<long>() };
        var waiting = new SortedSet<(long Due, long Offset)>();
        using (var index = new TimerIndex(files, "/store", InMemory))
        {
            for (var offset = 0L; left is null; )
            {
                for (var i = random.Next(60); i > 0; i--, offset++)
                {
                    var record = Record(random.Next(1_000_000), offset);
                    index.Add(record);
                    waiting.Add((record.DueMs, offset));
                }
                for (var i = random.Next(25); i > 0 && index.TryTake(long.MaxValue, out var taken); i--)
                    waiting.Remove((taken.DueMs, taken.QueueOffset.Value));
                index.Merge(random.Next(200));
                noted.Add([.. waiting.Select(one => one.Offset)]);
                index.Checkpoint(default, default);
            }
        }
        using var after = new TimerIndex(left, "/store", InMemory);
        var found = Take(after, long.MaxValue).ToArray();
        Assert.True(
            found.SequenceEqual(noted[^1]) || found.SequenceEqual(noted[^2]),
            $"seed {seed}: {found.Length} records, noted {noted[^1].Length} or {noted[^2].Length}"
        );
    }

    TimerIndex Open() => new(_files, "/store", InMemory);

    static TimerRecord Record(long due, long offset) =>
        new(due, TimerKind.Deliver, new QueueOffset(offset), new LogPosition(offset * 10));

    static List<long> Take(TimerIndex index, long until)
    {
        var taken = new List<long>();
        while (index.TryTake(until, out var record))
            taken.Add(record.QueueOffset.Value);
        return taken;
    }
}
