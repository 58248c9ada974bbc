using System.Text;
using Broker.Protocol.Json;
using Xunit;

namespace Broker.Tests.Protocol.Json;

public sealed class FastJsonTests
{
    [Fact]
    public void Standard_json_is_read()
    {
        var json = Parse("""{"a":1,"b":"x\n\u4e2d","c":[1,2.5,true,null],"d":{"e":"f"}}""");
        Assert.Equal(1, json["a"].AsInt());
        Assert.Equal("x\n中", json["b"].AsText());
        Assert.Equal(
            [FastJsonKind.Number, FastJsonKind.Number, FastJsonKind.Truth, FastJsonKind.Null],
            json["c"].Items.Select(i => i.Kind)
        );
        Assert.Equal("f", json["d"]["e"].AsText());
        Assert.Equal(FastJsonKind.Missing, json["d"]["x"]["y"].Kind);
    }

    [Fact]
    public void Keys_may_be_numbers_names_and_whole_objects()
    {
        var json = Parse("""{0:"a",name:1,{"brokerName":"b","queueId":3,"topic":"t"}:{"offset":9}}""");
        Assert.Equal("a", json["0"].AsText());
        Assert.Equal(1, json["name"].AsInt());
        Assert.Equal(3, json.Members[2].Key["queueId"].AsInt());
        Assert.Equal(9, json.Members[2].Value["offset"].AsInt());
    }

    [Fact]
    public void Single_quotes_comments_and_stray_commas_are_tolerated() =>
        Assert.Equal("v", Parse("/* c */ {'k':'v', , // d\n }")["k"].AsText());

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,2")]
    [InlineData("\"abc")]
    [InlineData("\"\\u12")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":1 \"b\":2}")]
    [InlineData("{} x")]
    [InlineData("garbage")]
    [InlineData("{\"a\":garbage}")]
    [InlineData("[one,two]")]
    [InlineData("]")]
    public void What_is_no_json_is_described_and_does_not_throw(string text)
    {
        Assert.False(FastJson.TryParse(Encoding.UTF8.GetBytes(text), out _, out var problem));
        Assert.Contains("at byte", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_and_too_many_values_are_refused()
    {
        Assert.False(FastJson.TryParse(Encoding.ASCII.GetBytes(new string('[', 100_000)), out _, out _));
        Assert.False(
            FastJson.TryParse(
                Encoding.ASCII.GetBytes("[" + string.Concat(Enumerable.Repeat("1,", 1_000_001)) + "1]"),
                out _,
                out _
            )
        );
    }

    [Fact]
    public void Random_damage_never_throws()
    {
        var seed = 20_260_101;
        var random = new Random(seed);
        var valid = Encoding.UTF8.GetBytes("""{"a":[1,{"b":'c\u4e2d'},{1:2}],{"x":1}:true,d:null}""");
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = valid.ToArray();
            for (var i = 0; i < 3; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var length = random.Next(damaged.Length + 1);
            Assert.Null(
                Record.Exception(() => FastJson.TryParse(damaged.AsSpan(0, length), out _, out _)) is { } e
                    ? $"seed {seed}: {e}"
                    : null
            );
        }
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("\"CLUSTERING\"", 1)]
    [InlineData("\"1\"", 1)]
    [InlineData("0", 0)]
    [InlineData("7", 1)]
    [InlineData("\"other\"", 1)]
    public void Enumerations_are_names_or_ordinals_and_else_the_default(string text, int expected) =>
        Assert.Equal(expected, Parse(text).AsEnum(["BROADCASTING", "CLUSTERING"], absent: 1));

    [Fact]
    public void Numbers_may_be_texts_and_longs_keep_every_digit()
    {
        Assert.Equal(9_007_199_254_740_993, Parse("9007199254740993").AsLong());
        Assert.Equal(5, Parse("\"5\"").AsLong());
        Assert.Equal(7, Parse("7L").AsLong());
        Assert.Equal(3, Parse("3000000000").AsInt(3));
        Assert.True(Parse("\"true\"").AsBool());
    }

    [Fact]
    public void The_writer_writes_what_the_reader_reads()
    {
        var text = """{"a":[1,2],{"b":1}:{3:"x"},"t":true,"n":null,"s":"\"\\\n"}""";
        var json = new FastJsonWriter();
        Parse(text).Write(json);
        Assert.Equal(text, Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void Keys_and_letters_are_written_as_the_style_says()
    {
        var json = new FastJsonWriter(FastJsonStyle.QuotedNumberKeys | FastJsonStyle.AsciiOnly);
        json.BeginObject().Name(0).Value("中\u0001").Name("d").Value(1.0).EndObject();
        Assert.Equal("{\"0\":\"\\u4E2D\\u0001\",\"d\":1.0}", Encoding.UTF8.GetString(json.Written));
    }

    [Fact]
    public void Pretty_is_indented_by_tabs()
    {
        var json = new FastJsonWriter(FastJsonStyle.Pretty);
        json.BeginObject()
            .Name("a")
            .BeginObject()
            .Name(1)
            .Value(2)
            .Name(3)
            .Value(4)
            .EndObject()
            .Name("e")
            .BeginObject()
            .EndObject()
            .EndObject();
        Assert.Equal("{\n\t\"a\":{\n\t\t1:2,\n\t\t3:4\n\t},\n\t\"e\":{}\n}", Encoding.UTF8.GetString(json.Written));
    }

    static FastJson Parse(string text) => FastJson.Parse(Encoding.UTF8.GetBytes(text));
}
