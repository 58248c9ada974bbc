using Operator.Control.Apply;
using Xunit;

namespace Operator.Tests.Control.Apply;

public sealed class TrimPausesTests
{
    readonly SteppedTime _time = new();
    readonly TrimPauses _pauses;

    public TrimPausesTests() => _pauses = new TrimPauses(_time);

    [Fact]
    public void The_first_removal_does_not_wait() => Assert.Null(_pauses.Remaining("a", "x"));

    [Fact]
    public void Who_adds_the_same_again_and_again_costs_one_removal_a_minute()
    {
        var removals = 0;
        for (var second = 0; second < 600; second++)
        {
            if (_pauses.Remaining("a", "x") is null)
            {
                removals++;
                _pauses.Trimmed("a", "x", changed: true);
            }
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(removals, 10, 16); // 1, 2, 4 ... 32 s in the first minute, then one in each
    }

    [Fact]
    public void Another_addition_is_removed_at_once()
    {
        _pauses.Trimmed("a", "x", changed: true);

        Assert.NotNull(_pauses.Remaining("a", "x"));
        Assert.Null(_pauses.Remaining("a", "y"));
        Assert.Null(_pauses.Remaining("b", "x"));
    }

    [Fact]
    public void What_the_server_fills_in_again_is_left_for_an_hour()
    {
        _pauses.Trimmed("a", "x", changed: false);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(_pauses.Remaining("a", "x"));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(_pauses.Remaining("a", "x"));
    }
}
