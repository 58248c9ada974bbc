using System.Net;
using System.Text;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Protocol.Messages;

/// <summary>The small pieces of the codec: checksum, hash, ids, properties, names.</summary>
public sealed class SmallPartsTests
{
    [Fact]
    public void The_crc_has_the_check_value_of_its_standard() => Assert.Equal(0xCBF43926, Crc32.Compute("123456789"u8));

    [Fact]
    public void Folded_and_by_table_the_crc_is_the_same_at_every_length_and_alignment()
    {
        byte[] bytes = new byte[2200];
        new Random(32).NextBytes(bytes);
        for (int length = 0; length <= 700; length++)
        {
            var part = bytes.AsSpan(length % 17, length);
            Assert.Equal(~Crc32.ByTable(~0u, part), Crc32.Compute(part));
        }
        for (int cut = 0; cut < bytes.Length; cut += 37)
            Assert.Equal(Crc32.Compute(bytes), Crc32.Append(Crc32.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 97)]
    [InlineData("TagA", 2598919)]
    [InlineData("polygenelubricants", int.MinValue)]
    [InlineData("标签", 857175)]
    [InlineData("a🎉b", 57860916)]
    public void Texts_have_javas_hash(string text, int hash)
    {
        Assert.Equal(hash, JavaHash.Of(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(hash, JavaHash.Of(text.AsSpan()));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_hash_as_java_decodes_them()
    {
        byte[] broken = [0x61, 0xFF, 0x62, 0xC3];
        Assert.Equal(JavaHash.Of(Encoding.UTF8.GetString(broken).AsSpan()), JavaHash.Of(broken));
    }

    [Theory]
    [InlineData("127.0.0.1", 10911, 0x9B2, "7F00000100002A9F00000000000009B2")]
    [InlineData("fd00::1", 10911, 255, "FD00000000000000000000000000000100002A9F00000000000000FF")]
    public void Offset_ids_are_written_and_read(string address, int port, long position, string id)
    {
        var host = new HostAddress(IPAddress.Parse(address), port);
        byte[] bytes = new byte[host.Length];
        host.Write(bytes);
        Assert.Equal(id, OffsetMessageId.ToString(bytes, position));
        Assert.True(OffsetMessageId.TryParse(Encoding.ASCII.GetBytes(id), out var readHost, out long readPosition));
        Assert.Equal((host, position), (readHost, readPosition));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7F00000100002A9F00000000000009B")]
    [InlineData("7F00000100002A9F00000000000009BX")]
    [InlineData("FD00000000000000000000000000000212B830946E0969AA361A00")]
    public void What_is_no_offset_id_is_not_read(string text) =>
        Assert.False(OffsetMessageId.TryParse(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void Unique_ids_are_java_like_and_differ()
    {
        var host = new HostAddress(IPAddress.Parse("10.0.0.1"), 0);
        var source = new UniqueIdSource(host, 0x1234, 0x56789ABC, TimeProvider.System);
        byte[] id = new byte[source.Length];
        var seen = new HashSet<string>();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(32, source.Next(id));
            Assert.True(seen.Add(Encoding.ASCII.GetString(id)));
        }
        Assert.All(seen, text => Assert.StartsWith("0A000001123456789ABC", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A\u0001b\u0002C\u0001d\u0002", "A=b C=d")]
    [InlineData("A\u0001b\u0002C\u0001d", "A=b C=d")]
    [InlineData("A\u0001\u0002\u0001b\u0002\u0002x\u0002C\u0001d\u0002", "C=d")]
    [InlineData("A\u00011\u0002A\u00012\u0002", "A=2")]
    [InlineData("A\u0001x\u0001y\u0002", "A=x\u0001y")]
    [InlineData("", "")]
    public void Properties_are_read_as_the_reference_reads_them(string stored, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stored);
        var all = MessageProperties.ToDictionary(bytes);
        Assert.Equal(expected, string.Join(' ', all.Select(pair => $"{pair.Key}={pair.Value}")));
        foreach (var (name, value) in all)
            Assert.Equal(value, Encoding.UTF8.GetString(MessageProperties.Get(bytes, Encoding.UTF8.GetBytes(name))));
    }

    [Fact]
    public void Properties_outgrow_the_memory_they_were_begun_in()
    {
        var writer = new PropertiesWriter(stackalloc byte[16]);
        for (int i = 0; i < 100; i++)
            writer.Add(Encoding.UTF8.GetBytes($"name{i}"), i);
        writer.Add("empty"u8, ""u8);
        var all = MessageProperties.ToDictionary(writer.Written);
        Assert.Equal(100, all.Count);
        Assert.Equal("57", all["name57"]);
        var copy = new PropertiesWriter(default);
        copy.CopyExcept(writer.Written, "name57"u8);
        Assert.Equal(99, MessageProperties.ToDictionary(copy.Written).Count);
        Assert.True(MessageProperties.TryGetLong(writer.Written, "name99"u8, out long number));
        Assert.Equal(99, number);
        copy.Free();
        writer.Free();
    }

    [Theory]
    [InlineData("orders", null)]
    [InlineData("%RETRY%MQ_INST_1_2%group-a|b", null)]
    [InlineData("", "The specified topic is blank.")]
    [InlineData("  ", "The specified topic is blank.")]
    [InlineData("a b", "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$")]
    [InlineData("订单", "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$")]
    public void Names_are_refused_in_the_references_words(string topic, string? problem) =>
        Assert.Equal(problem, NameRules.TopicProblem(Encoding.UTF8.GetBytes(topic)));

    [Fact]
    public void Names_have_a_length()
    {
        byte[] letters = Encoding.ASCII.GetBytes(new string('x', 300));
        Assert.Null(NameRules.TopicProblem(letters.AsSpan(0, 127)));
        Assert.Equal(
            "The specified topic is longer than topic max length.",
            NameRules.TopicProblem(letters.AsSpan(0, 128))
        );
        Assert.Null(NameRules.GroupProblem(letters.AsSpan(0, 120)));
        Assert.Equal(
            "The specified group is longer than group max length.",
            NameRules.GroupProblem(letters.AsSpan(0, 121))
        );
        Assert.Equal("The specified group is longer than group max length.", NameRules.GroupProblem(letters));
    }
}
