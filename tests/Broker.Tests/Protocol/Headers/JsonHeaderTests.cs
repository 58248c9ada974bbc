using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Xunit;

namespace Broker.Tests.Protocol.Headers;

public sealed class JsonHeaderTests
{
    [Fact]
    public void Numbers_booleans_and_texts_stand_for_each_other()
    {
        var header = Decode(
            """{"code":"310","flag":"2","version":"121","opaque":-3,"""
                + """ "extFields":{"a":1,"b":true,"c":"x","d":-1.5,"e":null}}"""
        );
        Assert.Equal((310, 2, 121, -3), (header.Code, header.Flag, header.Version, header.Opaque));
        Assert.Equal(
            new()
            {
                ["a"] = "1",
                ["b"] = "true",
                ["c"] = "x",
                ["d"] = "-1.5",
            },
            header.Fields.ToDictionary()
        );
    }

    [Theory]
    [InlineData("""{"code":1,"extFields":null,"remark":null}""")]
    [InlineData("""{"extFields":{},"code":1}""")]
    [InlineData(" \t\r\n{ \"code\" : 1 , \"extFields\" : { } } \n")]
    [InlineData("""{"unknown":{"deep":[1,{"x":"}\""}]},"code":1,"serializeTypeCurrentRPC":"JSON"}""")]
    public void Null_maps_space_and_unknown_members_are_fine(string json)
    {
        var header = Decode(json);
        Assert.Equal((1, 0, true), (header.Code, header.Fields.Count, header.Remark.IsEmpty));
    }

    [Theory]
    [InlineData("""a\"b\\c\/d\b\f\n\r\te""", "a\"b\\c/d\b\f\n\r\te")]
    [InlineData("""K\u0001v\u0002""", "K\u0001v\u0002")]
    [InlineData("""\u8ba2\u5355 \ud83c\udf89!""", "订单 🎉!")]
    [InlineData("""lone \ud83c surrogate \udf89""", "lone \uFFFD surrogate \uFFFD")]
    [InlineData("订单 🎉", "订单 🎉")]
    public void Escapes_are_undone_in_place(string escaped, string text)
    {
        var header = Decode($$$"""{"code":1,"remark":"{{{escaped}}}","extFields":{"{{{escaped}}}":"{{{escaped}}}"}}""");
        Assert.Equal(text, Encoding.UTF8.GetString(header.Remark));
        Assert.Equal(text, header.Fields.GetString(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_nested_value_is_its_raw_text()
    {
        var header = Decode("""{"code":1,"extFields":{"a":{"x":[1,2]},"b":[],"c":3}}""");
        Assert.Equal(
            new()
            {
                ["a"] = """{"x":[1,2]}""",
                ["b"] = "[]",
                ["c"] = "3",
            },
            header.Fields.ToDictionary()
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"code":1""")]
    [InlineData("""{"code":1}x""")]
    [InlineData("""{"code":1,}""")]
    [InlineData("""{"code":}""")]
    [InlineData("""{"code":"ten"}""")]
    [InlineData("""{"code":99999999999}""")]
    [InlineData("""{"extFields":[]}""")]
    [InlineData("""{"extFields":{"a"}}""")]
    [InlineData("""{"extFields":{"a":"b}}""")]
    [InlineData("""{"remark":"\q"}""")]
    [InlineData("""{"remark":"\u12"}""")]
    [InlineData("""{"remark":"\""")]
    [InlineData("""{"x":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}""")]
    public void What_is_no_header_is_refused(string json) =>
        Assert.Equal(HeaderProblem.NotJson, Try(json, new Header()));

    [Fact]
    public void Texts_that_are_not_utf8_do_not_break_the_receivers_parser()
    {
        var frame = new FrameWriter(SerializeType.Json, 0, LanguageCode.Java, 479, 1, 1, [0x66, 0xFF, 0x67]);
        frame.Finish(0);
        using var parsed = System.Text.Json.JsonDocument.Parse(frame.Written[8..].ToArray());
        Assert.Equal("f\uFFFDg", parsed.RootElement.GetProperty("remark").GetString());
        frame.Free();
    }

    static Header Decode(string json)
    {
        var header = new Header();
        Assert.Equal(HeaderProblem.None, Try(json, header));
        return header;
    }

    static HeaderProblem Try(string json, Header header)
    {
        // Bytes around the header must neither be read nor written.
        byte[] buffer = [0x22, .. Encoding.UTF8.GetBytes(json), 0x22, 0x7D];
        var problem = HeaderDecoder.Decode(buffer, 1, buffer.Length - 3, (byte)SerializeType.Json, header);
        Assert.Equal((0x22, 0x22, 0x7D), (buffer[0], buffer[^2], buffer[^1]));
        return problem;
    }
}
