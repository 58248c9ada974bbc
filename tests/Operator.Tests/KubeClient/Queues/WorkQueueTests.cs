using Operator.KubeClient;
using Operator.KubeClient.Queues;
using Scenarios;

namespace Operator.Tests.KubeClient.Queues;

public sealed class WorkQueueTests : IDisposable
{
    readonly ManualTime time = new();
    readonly WorkQueue<string> queue;

    public WorkQueueTests() =>
        queue = new WorkQueue<string>(
            new WorkQueueOptions { Name = "test" },
            time,
            new Random(1),
            KubeMeters.Unread(),
            key => key.Split('/')[0]
        );

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task A_key_that_is_added_twice_is_given_once()
    {
        queue.Add("a/1");
        queue.Add("a/1");
        Assert.Equal("a/1", await TakeAsync());
        queue.Done("a/1");
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task A_key_that_is_added_during_its_pass_comes_again_after_it()
    {
        queue.Add("a/1");
        await TakeAsync();
        queue.Add("a/1");
        var next = TakeAsync().AsTask();
        Assert.False(next.IsCompleted);
        queue.Done("a/1");
        Assert.Equal("a/1", await next);
    }

    [Fact]
    public async Task Changes_come_before_resyncs_and_a_change_of_a_waiting_resync_lifts_it()
    {
        queue.Add("a/resync", WorkPriority.Resync);
        queue.Add("a/lifted", WorkPriority.Resync);
        queue.Add("a/change");
        queue.Add("a/lifted");
        Assert.Equal(["a/change", "a/lifted", "a/resync"], await TakeAllAsync());
    }

    [Fact]
    public async Task A_resync_has_its_turn_however_many_changes_there_are()
    {
        queue.Add("z/resync", WorkPriority.Resync);
        for (var i = 0; i < 100; i++)
            queue.Add($"a/{i}");
        var all = await TakeAllAsync();
        Assert.Equal(10, all.ToList().IndexOf("z/resync"));
    }

    [Fact]
    public async Task One_share_with_many_keys_does_not_stop_the_others()
    {
        for (var i = 0; i < 5; i++)
            queue.Add($"big/{i}");
        queue.Add("small/1");
        Assert.Equal(["big/0", "small/1", "big/1"], (await TakeAllAsync()).Take(3));
    }

    [Fact]
    public async Task Of_several_delays_the_earliest_counts()
    {
        queue.AddAfter("a/1", TimeSpan.FromMinutes(10));
        queue.AddAfter("a/1", TimeSpan.FromMinutes(1));
        queue.AddAfter("a/1", TimeSpan.FromMinutes(5));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, queue.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a/1", await TakeAsync());
        queue.Done("a/1");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task A_pass_drops_the_delay_that_was_meant_for_it()
    {
        queue.AddAfter("a/1", TimeSpan.FromMinutes(1));
        queue.Add("a/1");
        await TakeAsync();
        queue.Done("a/1");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Many_delays_of_one_key_do_not_pile_up()
    {
        for (var i = 0; i < 1000; i++)
            queue.AddAfter($"a/{i % 3}", TimeSpan.FromHours(10) - TimeSpan.FromSeconds(i));
        time.Advance(TimeSpan.FromHours(10));
        Assert.Equal(3, queue.Count);
    }

    [Fact]
    public async Task Failures_in_a_row_come_ever_later_up_to_five_minutes_and_never_stop()
    {
        var delays = new List<TimeSpan>();
        for (var i = 1; i <= 30; i++)
        {
            var (delay, failures) = queue.Retry("a/1");
            Assert.Equal(i, failures);
            delays.Add(delay);
            time.Advance(delay + TimeSpan.FromMilliseconds(1));
            await TakeAsync();
            queue.Done("a/1");
        }
        Assert.InRange(delays[0], TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(5));
        Assert.All(delays, d => Assert.True(d <= TimeSpan.FromMinutes(5)));
        Assert.All(delays[15..], d => Assert.True(d >= TimeSpan.FromMinutes(2.5)));
        // Issue: at most ten requests a minute for an object that keeps failing.
        Assert.InRange(delays.TakeWhile((_, i) => delays.Take(i + 1).Sum(d => d.TotalSeconds) < 60).Count(), 1, 9);
        queue.Forget("a/1");
        Assert.True(queue.Retry("a/1").Delay < TimeSpan.FromMilliseconds(6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_key_is_lost_or_given_twice_at_once(int seed)
    {
        var random = new Random(seed);
        var wanted = new HashSet<string>();
        var held = new HashSet<string>();
        for (var step = 0; step < 5000; step++)
        {
            var key = $"s{random.Next(3)}/{random.Next(10)}";
            switch (random.Next(5))
            {
                case 0 or 1:
                    queue.Add(key, (WorkPriority)random.Next(2));
                    wanted.Add(key);
                    break;
                case 2:
                    queue.AddAfter(key, TimeSpan.FromSeconds(random.Next(5)));
                    wanted.Add(key);
                    break;
                case 3 when wanted.Except(held).Any():
                    time.Advance(TimeSpan.FromSeconds(5));
                    var taken = await TakeAsync();
                    Assert.True(held.Add(taken), $"{taken} was given twice, seed {seed}");
                    wanted.Remove(taken);
                    break;
                case 4 when held.Count > 0:
                    var done = held.ElementAt(random.Next(held.Count));
                    held.Remove(done);
                    queue.Done(done);
                    break;
            }
        }
        foreach (var key in held)
            queue.Done(key);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Superset(wanted, (await TakeAllAsync()).ToHashSet());
    }

    async ValueTask<string> TakeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return (await queue.TakeAsync(deadline.Token)).Key;
    }

    async Task<IReadOnlyList<string>> TakeAllAsync()
    {
        var keys = new List<string>();
        while (queue.Count > 0)
            keys.Add(await TakeAsync());
        return keys;
    }
}
