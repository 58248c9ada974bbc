using System.Text;
using Broker.Core.Configuration;
using Xunit;

namespace Broker.Tests.Core.Configuration;

public sealed class PropertiesTextTests
{
    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData("  a = b ", "a", "b ")]
    [InlineData("a:b", "a", "b")]
    [InlineData("a b", "a", "b")]
    [InlineData("a", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("a=1s 5s \\\r\n   10s", "a", "1s 5s 10s")]
    [InlineData("a=\\u4e2d\\t\\\\", "a", "中\t\\")]
    [InlineData("a\\=b=c", "a=b", "c")]
    public void One_pair(string text, string key, string value) =>
        Assert.Equal([new(key, value)], PropertiesText.Parse(text));

    [Fact]
    public void Comments_and_empty_lines_say_nothing() =>
        Assert.Equal([new("a", "1"), new("a", "2")], PropertiesText.Parse("# a=0\n\n!x\na=1\n  # no\na=2\n"));

    [Theory]
    [InlineData("x")]
    [InlineData("two words")]
    [InlineData("back\\slash\nand line")]
    public void What_is_written_is_read_again(string value)
    {
        var text = new StringBuilder();
        PropertiesText.Append(text, "key", value);
        Assert.Equal([new("key", value)], PropertiesText.Parse(text.ToString()));
    }
}
