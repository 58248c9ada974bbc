using Broker.Core.Configuration;
using Xunit;

namespace Broker.Tests.Core.Configuration;

public sealed class DelayLevelsTests
{
    [Fact]
    public void The_default_is_18_levels_from_a_second_to_two_hours()
    {
        var levels = DelayLevels.Parse(new BrokerOptions().MessageDelayLevel);
        Assert.Equal(18, levels.Length);
        Assert.Equal(1000, levels[0]);
        Assert.Equal(7_200_000, levels[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1s,5s")]
    public void Anything_else_is_refused(string text) => Assert.False(DelayLevels.TryParse(text, out _));
}
