using Operator.Control.Apply;
using Xunit;

namespace Operator.Tests.Control.Apply;

public sealed class FailureBackoffTests
{
    readonly SteppedTime _time = new();

    [Fact]
    public void What_has_not_failed_is_not_held() => Assert.False(New().IsHeld("a", "wish", out _, out _));

    [Fact]
    public void A_failing_object_is_tried_at_most_ten_times_a_minute_whatever_wakes_the_pass()
    {
        var backoff = New();
        var attempts = 0;
        for (var ms = 0; ms < 60_000; ms += 10)
        {
            if (!backoff.IsHeld("a", "wish", out _, out _))
            {
                attempts++;
                backoff.Failed("a", "wish", "refused");
            }
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(attempts, 5, 10);
    }

    [Fact]
    public void Later_minutes_cost_one_or_two_attempts()
    {
        var backoff = New();
        for (var i = 0; i < 50; i++)
            Assert.InRange(backoff.Failed("a", "wish", "refused"), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(66));
        Assert.True(backoff.Failed("a", "wish", "refused") >= TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Another_wish_is_tried_at_once_and_the_error_is_kept_for_the_first()
    {
        var backoff = New();
        backoff.Failed("a", "wish", "refused");
        Assert.True(backoff.IsHeld("a", "wish", out _, out var error));
        Assert.Equal("refused", error);
        Assert.False(backoff.IsHeld("a", "another wish", out _, out _));
        Assert.False(backoff.IsHeld("b", "wish", out _, out _));
    }

    [Fact]
    public void Success_starts_over()
    {
        var backoff = New();
        for (var i = 0; i < 5; i++)
            backoff.Failed("a", "wish", "refused");
        backoff.Succeeded("a");
        Assert.False(backoff.IsHeld("a", "wish", out _, out _));
        Assert.True(backoff.Failed("a", "wish", "refused") < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Objects_that_are_gone_are_forgotten()
    {
        var backoff = New();
        backoff.Failed("a", "wish", "refused");
        _time.Advance(TimeSpan.FromMinutes(11));
        backoff.Failed("b", "wish", "refused");
        Assert.Equal(1, backoff.Count);
    }

    FailureBackoff New() => new(_time, new Random(7));
}
