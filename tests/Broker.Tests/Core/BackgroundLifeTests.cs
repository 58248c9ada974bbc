using Broker.Core;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core;

public sealed class BackgroundLifeTests : IAsyncDisposable
{
    readonly SteppedTime _time = new();
    readonly LogLines _lines = new();
    readonly BackgroundLife _life;

    public BackgroundLifeTests() => _life = new BackgroundLife("Counting sheep", _time, _lines);

    public ValueTask DisposeAsync() => _life.DisposeAsync();

    [Fact]
    public async Task Work_that_fails_is_logged_and_begins_again()
    {
        var begun = 0;
        var second = new TaskCompletionSource();
        _life.Start(cancellation =>
        {
            if (Interlocked.Increment(ref begun) == 1)
                throw new InvalidOperationException("no sheep");
            second.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        });
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (!second.Task.IsCompleted)
        {
            await Task.Delay(1, limit.Token);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(["Counting sheep failed; tried again in a moment: no sheep"], _lines.All);
        Assert.True(await _life.StopAsync());
        Assert.Single(_lines.All);
    }

    [Fact]
    public async Task It_is_never_under_way_twice_and_can_be_begun_again()
    {
        var begun = 0;
        Task Work(CancellationToken cancellation)
        {
            begun++;
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        for (var round = 1; round <= 2; round++)
        {
            var started = new TaskCompletionSource();
            _life.Start(cancellation =>
            {
                started.SetResult();
                return Work(cancellation);
            });
            _life.Start(Work);
            await started.Task.WaitAsync(TestBroker.Patience);
            Assert.True(await _life.StopAsync());
            Assert.Equal(round, begun);
        }
        Assert.False(await _life.StopAsync());
    }

    [Fact]
    public async Task A_stop_waits_for_the_work_to_end()
    {
        var (asked, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var begun = new TaskCompletionSource();
        _life.Start(async cancellation =>
        {
            using var registration = cancellation.Register(asked.SetResult);
            begun.SetResult();
            await end.Task;
        });
        await begun.Task.WaitAsync(TestBroker.Patience);
        var stopping = _life.StopAsync();
        await asked.Task.WaitAsync(TestBroker.Patience);
        Assert.False(stopping.IsCompleted);
        end.SetResult();
        Assert.True(await stopping.WaitAsync(TestBroker.Patience));
    }

    [Fact]
    public async Task Work_that_starts_during_a_stop_waits_for_the_old_work_and_is_not_awaited_by_that_stop()
    {
        var (begun, asked) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (oldMayEnd, newBegun) = (new TaskCompletionSource(), new TaskCompletionSource());
        _life.Start(async cancellation =>
        {
            using var registration = cancellation.Register(() =>
            {
                _life.Start(next =>
                {
                    newBegun.SetResult();
                    return Task.Delay(Timeout.InfiniteTimeSpan, next);
                });
                asked.SetResult();
            });
            begun.SetResult();
            await oldMayEnd.Task;
            Assert.False(newBegun.Task.IsCompleted);
        });
        await begun.Task.WaitAsync(TestBroker.Patience);
        var stopping = _life.StopAsync();
        await asked.Task.WaitAsync(TestBroker.Patience);
        Assert.False(stopping.IsCompleted);

        oldMayEnd.SetResult();

        Assert.True(await stopping.WaitAsync(TestBroker.Patience));
        await newBegun.Task.WaitAsync(TestBroker.Patience);
        Assert.Empty(_lines.All);
        Assert.True(await _life.StopAsync().WaitAsync(TestBroker.Patience));
    }
}
