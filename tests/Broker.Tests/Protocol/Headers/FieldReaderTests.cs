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

    [Fact]
    public void An_empty_text_is_a_text_but_no_name()
    {
        var read = new FieldReader(Fields("""{"n":""}"""));
        Assert.Equal("", read.String("n"u8));
        Assert.False(read.Failed);
        Assert.Equal("", read.Name("n"u8));
        Assert.Equal("the custom field <n> is null", read.Problem);
    }

    [Fact]
    public void A_binary_header_has_no_empty_texts()
    {
        // code 1, language 0, version 0, opaque 0, flag 0, no remark; one field: n, without a value
        byte[] bytes = [0, 1, 0, 0, 0, .. new byte[12], 0, 0, 0, 7, 0, 1, (byte)'n', 0, 0, 0, 0];
        var header = new Header();
        Assert.Equal(
            HeaderProblem.None,
            HeaderDecoder.Decode(bytes, 0, bytes.Length, (byte)SerializeType.Binary, header)
        );
        Assert.Equal(0, header.Fields.Count);
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
