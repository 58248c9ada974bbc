using Broker.Core.Filter;
using Xunit;

namespace Broker.Tests.Core.Filter;

public sealed class RecentTableTests
{
    [Theory]
    [InlineData(100, int.MaxValue)]
    [InlineData(int.MaxValue, 400)]
    public void It_never_holds_more_than_it_may(int max, int bytesMax)
    {
        var table = new RecentTable<string>(max, bytesMax);
        for (var i = 0; i < 10_000; i++)
        {
            table.Add(BitConverter.GetBytes(i), $"{i}");
            Assert.InRange(table.Count, 1, 100);
        }
    }

    [Fact]
    public void What_is_used_stays()
    {
        var table = new RecentTable<string>(10, int.MaxValue);
        table.Add("used"u8, "it");
        for (var i = 0; i < 1000; i++)
        {
            table.Add(BitConverter.GetBytes(i), $"{i}");
            Assert.True(table.TryGet("used"u8, out var value));
            Assert.Equal("it", value);
        }
        Assert.False(table.TryGet(BitConverter.GetBytes(0), out _));
    }
}
