using System.Text;
using Broker.Core.Filter.Sql;
using Xunit;

namespace Broker.Tests.Core.Filter.Sql;

public sealed class JavaNumberTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("+7", 7L)]
    [InlineData("-007", -7L)]
    [InlineData("１２", 12L)]
    [InlineData("٣", 3L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-9223372036854775809", null)]
    [InlineData("99999999999999999999999", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("1L", null)]
    [InlineData(" 1", null)]
    [InlineData("1.0", null)]
    public void Whole_numbers_are_read_as_Long_valueOf_does(string text, long? expected) =>
        Assert.Equal(expected, JavaNumber.TryWhole(Encoding.UTF8.GetBytes(text), out var value) ? value : null);

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData(" -1.5f\t", -1.5)]
    [InlineData("2D", 2.0)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5.0)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("1e99999999999", double.PositiveInfinity)]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("1,0", null)]
    [InlineData("infinity", null)]
    [InlineData("--1", null)]
    [InlineData("1e", null)]
    [InlineData("f", null)]
    public void Fractions_are_read_as_Double_valueOf_does(string text, double? expected) =>
        Assert.Equal(expected, JavaNumber.TryDouble(Encoding.UTF8.GetBytes(text), out var value) ? value : null);

    [Fact]
    public void NaN_is_above_all_and_minus_zero_below_zero()
    {
        Assert.Equal(1, JavaNumber.Compare(double.NaN, double.PositiveInfinity));
        Assert.Equal(0, JavaNumber.Compare(double.NaN, double.NaN));
        Assert.Equal(-1, JavaNumber.Compare(-0.0, 0.0));
        Assert.Equal(0, JavaNumber.Compare(0.0, 0.0));
    }
}
