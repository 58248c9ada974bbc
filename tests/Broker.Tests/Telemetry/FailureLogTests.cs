using Broker.Telemetry;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Telemetry;

public sealed class FailureLogTests
{
    readonly SteppedTime _time = new();

    [Fact]
    public void A_failure_that_goes_on_is_due_once_per_interval_with_the_count_of_the_others()
    {
        var log = new FailureLog(_time);
        Assert.True(log.IsDue(new IOException("first"), out var unsaid));
        Assert.Equal(0, unsaid);
        for (var i = 0; i < 7; i++)
            Assert.False(log.IsDue(new IOException($"{i}"), out _));
        _time.Advance(FailureLog.Interval);
        Assert.True(log.IsDue(new IOException("later"), out unsaid));
        Assert.Equal(7, unsaid);
        _time.Advance(FailureLog.Interval);
        Assert.True(log.IsDue(new IOException("later"), out unsaid));
        Assert.Equal(0, unsaid);
    }

    [Fact]
    public void Another_failure_is_due_at_once()
    {
        var log = new FailureLog(_time);
        Assert.True(log.IsDue(new IOException("Too many open files", 24), out _));
        Assert.True(log.IsDue(new IOException("Input/output error", 5), out _));
        Assert.True(log.IsDue(new InvalidOperationException(), out _));
        Assert.False(log.IsDue(new InvalidOperationException(), out _));
    }
}
