using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Xunit;

namespace Broker.Tests.Protocol.Headers;

public sealed class FieldReaderTests
{
    [Fact]
    public void Values_are_read_by_name_in_any_order()
    {
        var read = new FieldReader(Fields("""{"a":"text","b":7,"c":"-9000000000","d":"TRUE","e":"1","f":"no"}"""));
        Assert.Equal(-9_000_000_000, read.Long("c"u8));
        Assert.Equal("text", read.String("a"u8));
        Assert.Equal(7, read.Int("b"u8));
        Assert.True(read.Bool("d"u8));
        Assert.True(read.Bool("e"u8));
        Assert.False(read.Bool("f"u8, absent: true));
        Assert.True(read.Bool("absent"u8, absent: true));
        Assert.Equal(5, read.Int("absent"u8, absent: 5));
        Assert.Null(read.OptionalString("absent"u8));
        Assert.False(read.Failed);
    }

    [Theory]
    [InlineData("{}", "the custom field <n> is null")]
    [InlineData("""{"n":""}""", "the custom field <n> is null")]
    [InlineData("""{"n":"12x"}""", "the field <n> is not a number: 12x")]
    [InlineData("""{"n":1.5}""", "the field <n> is not a number: 1.5")]
    [InlineData("""{"n":2147483648}""", "the field <n> does not fit 32 bits: 2147483648")]
    public void The_first_thing_that_is_wrong_is_said(string fields, string problem)
    {
        var read = new FieldReader(Fields(fields));
        Assert.Equal(0, Math.Min(0, read.Int("n"u8)));
        read.Text("missing"u8);
        Assert.True(read.Failed);
        Assert.Equal(problem, read.Problem);
    }

    static Fields Fields(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($$"""{"code":1,"extFields":{{json}}}""");
        var header = new Header();
        Assert.Equal(
            HeaderProblem.None,
            HeaderDecoder.Decode(bytes, 0, bytes.Length, (byte)SerializeType.Json, header)
        );
        return header.Fields;
    }
}
