using System.Text;
using Broker.Core.Pop;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Core.Pop;

/// <summary>Bodies that the reference wrote.</summary>
public sealed class ReviveRecordTests
{
    [Fact]
    public void A_checkpoint_of_the_reference_is_understood()
    {
        var record = Read(
            "ck",
            """
            {"bm":2,"bn":"broker-a","c":"g","d":[0,1,5],"it":16000,"n":3,"pt":17,"q":1,"reviveTime":16017,"ro":0,
            "so":40,"t":"t"}
            """
        )!;
        Assert.True(record.IsCheckpoint);
        Assert.Equal(("t", "g", 1), (record.Topic, record.Group, record.QueueId));
        Assert.Equal(new CheckpointKey(40, 17), record.Key);
        Assert.Equal([40, 41, 45], record.Offsets);
        Assert.Equal((16000, 2u), (record.InvisibleMs, record.Acked));
    }

    [Fact]
    public void A_checkpoint_without_distances_holds_neighbours() =>
        Assert.Equal([40, 41], Read("ck", """{"bm":0,"c":"g","it":1,"n":2,"pt":17,"q":1,"so":40,"t":"t"}""")!.Offsets);

    [Fact]
    public void Acknowledgements_of_the_reference_are_understood()
    {
        Assert.Equal(
            [1],
            Read("ack", """{"ao":1,"bn":"broker-a","c":"g","pt":17,"q":0,"so":0,"t":"t"}""")!.AckedOffsets
        );
        Assert.Equal(
            [0, 2],
            Read("bAck", """{"ao":-1,"aol":[0,2],"bn":"broker-a","c":"g","pt":17,"q":0,"so":0,"t":"t"}""")!.AckedOffsets
        );
    }

    [Theory]
    [InlineData("ck", "not JSON")]
    [InlineData("ck", "{}")]
    [InlineData("ck", """{"c":"g","q":-1,"t":"t"}""")]
    [InlineData("ck", """{"c":"g","q":2000000000,"t":"t"}""")]
    [InlineData("other", """{"c":"g","q":0,"t":"t"}""")]
    public void Anything_else_is_no_record(string tag, string body) => Assert.Null(Read(tag, body));

    [Fact]
    public void Bits_of_a_batch_are_those_of_the_reference()
    {
        Assert.Equal([1, 2, 0, 0x80], PopBits.Read(Json("\"AQIAgA==\""u8)));
        Assert.Equal([5], PopBits.Read(Json("[5]"u8)));
        Assert.Empty(PopBits.Read(Json("\"no base64!\""u8)));
    }

    static FastJson Json(ReadOnlySpan<byte> text)
    {
        Assert.True(FastJson.TryParse(text, out var json, out var problem), problem);
        return json;
    }

    static ReviveRecord? Read(string tag, string body)
    {
        var parts = new MessageParts
        {
            Topic = "log"u8,
            Body = Encoding.UTF8.GetBytes(body),
            Properties = Encoding.UTF8.GetBytes($"TAGS\u0001{tag}\u0002"),
            BornHost = new byte[8],
            StoreHost = new byte[8],
        };
        var bytes = new byte[MessageEncoder.Size(parts)];
        MessageEncoder.Encode(parts, bytes);
        Assert.Equal(MessageProblem.None, MessageView.Read(bytes, out var message));
        return ReviveRecord.Read(message);
    }
}
