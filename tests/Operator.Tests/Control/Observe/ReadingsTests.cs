using Operator.Control.Observe;
using Operator.Plan;
using Operator.Tests.Control.Apply;
using Xunit;

namespace Operator.Tests.Control.Observe;

public sealed class ReadingsTests
{
    readonly SteppedTime _time = new();
    int _reads;
    Exception? _failure;

    [Fact]
    public async Task A_reading_is_taken_once_while_it_is_young_enough()
    {
        var readings = new Readings<int>(_time, new Random(7));
        Assert.Equal(1, (await ReadAsync(readings)).Value);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, (await ReadAsync(readings)).Value);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await ReadAsync(readings)).Value);
    }

    [Fact]
    public async Task A_failed_reading_leaves_the_last_one_standing_for_a_minute()
    {
        var readings = new Readings<int>(_time, new Random(7));
        await ReadAsync(readings);
        _failure = new IOException("connection refused");
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.True((await ReadAsync(readings)).IsKnown);
        _time.Advance(TimeSpan.FromSeconds(20));

        var unknown = await ReadAsync(readings);

        Assert.False(unknown.IsKnown);
        Assert.Equal("orders-g0-0 did not answer: connection refused", unknown.Cause);
    }

    [Fact]
    public async Task A_source_that_fails_is_not_asked_with_every_pass()
    {
        var readings = new Readings<int>(_time, new Random(7));
        _failure = new TimeoutException("no answer");
        for (var ms = 0; ms < 60_000; ms += 100)
        {
            await ReadAsync(readings);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.InRange(_reads, 3, 10);

        _failure = null;
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await ReadAsync(readings)).IsKnown);
    }

    [Fact]
    public async Task Sources_that_failed_together_are_not_asked_again_together()
    {
        _failure = new IOException("connection refused");
        var times = new List<TimeSpan>[] { [], [] };
        Readings<int>[] readings = [new(_time, new Random(1)), new(_time, new Random(2))];
        for (var ms = 0; ms < 60_000; ms += 10)
        {
            for (var i = 0; i < readings.Length; i++)
            {
                var before = _reads;
                await ReadAsync(readings[i]);
                if (_reads > before)
                    times[i].Add(TimeSpan.FromMilliseconds(ms));
            }
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.Equal(TimeSpan.Zero, Assert.Single(times[0].Intersect(times[1])));
    }

    [Fact]
    public async Task An_invalidated_reading_is_taken_again()
    {
        var readings = new Readings<int>(_time, new Random(7));
        await ReadAsync(readings);
        readings.Invalidate("uid");
        Assert.Equal(2, (await ReadAsync(readings)).Value);
    }

    [Fact]
    public async Task A_mistake_of_this_program_is_not_taken_for_a_silent_source()
    {
        _failure = new InvalidOperationException("a bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(new Readings<int>(_time, new Random(7))));
    }

    Task<Observed<int>> ReadAsync(Readings<int> readings) =>
        readings.ReadAsync("uid", "orders-g0-0", TimeSpan.FromSeconds(10), TakeAsync, CancellationToken.None);

    Task<int> TakeAsync(CancellationToken cancellationToken)
    {
        _reads++;
        return _failure is null ? Task.FromResult(_reads) : Task.FromException<int>(_failure);
    }
}
