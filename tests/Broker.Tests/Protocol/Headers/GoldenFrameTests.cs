using System.Buffers.Binary;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Xunit;

namespace Broker.Tests.Protocol.Headers;

/// <summary>Frames of the reference are understood, and what we write for the same content is the same bytes.</summary>
public sealed class GoldenFrameTests
{
    readonly Dictionary<string, byte[]> frames = GoldenFile.Read("frames.txt");

    /// <summary>Left out: frames with an empty remark or an empty map, both of which we do not write.</summary>
    public static TheoryData<string> WrittenAlike =>
        [
            "updateTopic.request.json",
            "updateTopic.answer",
            "route.request.json",
            "send.request.json",
            "send.answer",
            "heartbeat.answer",
            "unregister.request.json",
            "route.request.binary",
            "send.request.binary",
            "heartbeat.request.binary",
            "minOffset.request.binary",
            "maxOffset.request.binary",
            "pull.request.binary",
            "pull.answer",
            "pull.answer.notFound",
            "consumersChanged.push",
            "maxOffset.answer.binary",
        ];

    [Theory]
    [MemberData(nameof(WrittenAlike))]
    public void Written_again_a_frame_is_the_same_bytes(string name)
    {
        byte[] frame = frames[name];
        var (header, body) = Decode(frame);
        var written = new FrameWriter(
            header.SerializeType,
            header.Code,
            header.Language,
            header.Version,
            header.Opaque,
            header.Flag,
            header.Remark
        );
        for (int i = 0; i < header.Fields.Count; i++)
            written.Field(header.Fields.NameAt(i), header.Fields.ValueAt(i));
        written.Finish(body.Length, body);
        Assert.Equal(Convert.ToHexString(frame), Convert.ToHexString(written.Written));
        written.Free();
    }

    [Theory]
    [InlineData("send.request.json", "TagA", "0")]
    [InlineData("send.request.binary", "TagB", "3")]
    public void A_send_of_the_java_client_is_read_from_either_header(string name, string tag, string queue)
    {
        var (header, body) = Decode(frames[name]);
        Assert.Equal((int)RequestCode.SendMessageV2, header.Code);
        Assert.Equal(
            (LanguageCode.Java, 479, false, false),
            (header.Language, header.Version, header.IsResponse, header.IsOneway)
        );
        var fields = header.Fields.ToDictionary();
        Assert.Equal("GoldenTopic", fields["b"]);
        Assert.Equal(queue, fields["e"]);
        Assert.Contains($"TAGS\u0001{tag}\u0002", fields["i"], StringComparison.Ordinal);
        Assert.StartsWith("body of a ", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public void The_binary_answer_of_4_9_is_read()
    {
        var (header, body) = Decode(frames["maxOffset.answer.binary"]);
        Assert.Equal((0, 77, 409, true), (header.Code, header.Opaque, header.Version, header.IsResponse));
        Assert.Equal("6", header.Fields.GetString("offset"u8));
        Assert.Empty(body);
    }

    [Fact]
    public void A_oneway_push_says_so()
    {
        var (header, _) = Decode(frames["consumersChanged.push"]);
        Assert.Equal((40, false, true), (header.Code, header.IsResponse, header.IsOneway));
        Assert.Equal("goldenReader", header.Fields.GetString("consumerGroup"u8));
    }

    [Fact]
    public void Empty_maps_and_empty_remarks_are_read()
    {
        Assert.Equal(0, Decode(frames["unregister.answer"]).Header.Fields.Count);
        Assert.True(Decode(frames["minOffset.answer"]).Header.Remark.IsEmpty);
    }

    static (Header Header, byte[] Body) Decode(byte[] frame)
    {
        frame = [.. frame];
        int length = BinaryPrimitives.ReadInt32BigEndian(frame);
        int headerLength = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)) & 0xFFFFFF;
        Assert.Equal(frame.Length, 4 + length);
        var header = new Header();
        Assert.Equal(HeaderProblem.None, HeaderDecoder.Decode(frame, 8, headerLength, frame[4], header));
        return (header, frame[(8 + headerLength)..]);
    }
}
