using Operator.Control.Apply;
using Xunit;

namespace Operator.Tests.Control.Apply;

public sealed class FailureBackoffTests
{
    static readonly ApiFailure Refused = new(IsRefusal: true, IsThrottled: false, "refused");

    readonly SteppedTime _time = new();

    [Fact]
    public void What_has_not_failed_is_not_held() => Assert.Null(New().Held("a", "wish"));

    [Fact]
    public void A_failing_object_is_tried_at_most_ten_times_a_minute_whatever_wakes_the_pass()
    {
        var backoff = New();
        var attempts = 0;
        for (var ms = 0; ms < 60_000; ms += 10)
        {
            if (backoff.Held("a", "wish") is null)
            {
                attempts++;
                backoff.Failed("a", "wish", Refused);
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
            Assert.InRange(backoff.Failed("a", "wish", Refused), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(66));
        Assert.True(backoff.Failed("a", "wish", Refused) >= TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_throttled_call_waits_longer_because_the_client_repeats_it_by_itself() =>
        Assert.True(New().Failed("a", "wish", Refused with { IsThrottled = true }) >= TimeSpan.FromSeconds(30));

    [Fact]
    public void Another_wish_is_tried_at_once_and_the_error_is_kept_for_the_first()
    {
        var backoff = New();
        backoff.Failed("a", "wish", Refused);
        Assert.Equal(Refused, backoff.Held("a", "wish")?.Failure);
        Assert.Null(backoff.Held("a", "another wish"));
        Assert.Null(backoff.Held("b", "wish"));
    }

    [Fact]
    public void Success_starts_over()
    {
        var backoff = New();
        for (var i = 0; i < 5; i++)
            backoff.Failed("a", "wish", Refused);
        backoff.Succeeded("a");
        Assert.Null(backoff.Held("a", "wish"));
        Assert.True(backoff.Failed("a", "wish", Refused) < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Objects_that_are_gone_are_forgotten()
    {
        var backoff = New();
        backoff.Failed("a", "wish", Refused);
        _time.Advance(TimeSpan.FromMinutes(11));
        backoff.Failed("b", "wish", Refused);
        Assert.Equal(1, backoff.Count);
    }

    FailureBackoff New() => new(_time, new Random(7));
}
