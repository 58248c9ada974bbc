using System.Text;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Protocol.Messages;

/// <summary>Messages that the reference stored are read, and encoding what was read gives its bytes again.</summary>
public sealed class GoldenMessageTests
{
    readonly Dictionary<string, byte[]> golden = GoldenFile.Read("messages.txt");

    [Fact]
    public void Every_part_of_the_first_message_is_where_it_belongs()
    {
        Assert.Equal(MessageProblem.None, MessageView.Read(golden["pull.body"], out var message));
        Assert.Equal("GoldenRaw", Encoding.UTF8.GetString(message.Topic));
        Assert.Equal("body 中文 🎉", Encoding.UTF8.GetString(message.Body));
        Assert.Equal((0, 7, 0L, 0x233L), (message.QueueId, message.Flag, message.QueueOffset, message.PhysicalOffset));
        Assert.Equal((0, 0, 0L), (message.SysFlag, message.ReconsumeTimes, message.PreparedTransactionOffset));
        Assert.Equal(1_700_000_000_123, message.BornTimestamp);
        Assert.InRange(message.StoreTimestamp, 1_700_000_000_123, 2_000_000_000_000);
        Assert.Equal("127.0.0.1:13911", HostAddress.Read(message.StoreHost).ToString());
        Assert.StartsWith("127.0.0.1:", HostAddress.Read(message.BornHost).ToString(), StringComparison.Ordinal);
        Assert.True(message.BodyIsIntact);
        Assert.Equal(
            "7F000001000036570000000000000233",
            OffsetMessageId.ToString(message.StoreHost, message.PhysicalOffset)
        );
        Assert.True(message.TryGetProperty(PropertyNames.Tags, out var tag));
        Assert.Equal("标签", Encoding.UTF8.GetString(tag));
        Assert.True(message.TryGetProperty("own"u8, out var own));
        Assert.Equal("value", Encoding.UTF8.GetString(own));
        Assert.False(message.TryGetProperty("ow"u8, out _));
    }

    [Fact]
    public void A_message_born_over_ipv6_has_a_longer_host()
    {
        Assert.Equal(MessageProblem.None, MessageView.Read(golden["pull.body"], out var first));
        Assert.Equal(
            MessageProblem.None,
            MessageView.Read(golden["pull.body"].AsSpan(first.TotalSize), out var second)
        );
        Assert.Equal(SysFlag.BornHostV6, second.SysFlag);
        Assert.StartsWith("[::1]:", HostAddress.Read(second.BornHost).ToString(), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1:13911", HostAddress.Read(second.StoreHost).ToString());
        Assert.Equal("from v6", Encoding.UTF8.GetString(second.Body));
    }

    [Fact]
    public void A_batch_is_stored_part_by_part()
    {
        var parts = new BatchReader(golden["batch.body"]);
        ReadOnlySpan<byte> rest = golden["pull.body"];
        for (int single = 0; single < 2; single++)
        {
            Assert.Equal(MessageProblem.None, MessageView.Read(rest, out var message));
            rest = rest[message.TotalSize..];
        }
        int count = 0;
        while (parts.MoveNext())
        {
            Assert.Equal(MessageProblem.None, MessageView.Read(rest, out var message));
            Assert.Equal(parts.Flag, message.Flag);
            Assert.True(parts.Body.SequenceEqual(message.Body));
            Assert.Equal(2 + count, message.QueueOffset);
            foreach (var property in MessageProperties.Enumerate(parts.Properties))
            {
                Assert.True(message.TryGetProperty(property.Name, out var value));
                Assert.True(property.Value.SequenceEqual(value));
            }
            rest = rest[message.TotalSize..];
            count++;
        }
        Assert.Equal((4, false, true), (count, parts.Failed, rest.IsEmpty));
    }

    [Fact]
    public void Encoded_again_every_message_is_the_same_bytes()
    {
        ReadOnlySpan<byte> rest = golden["pull.body"];
        int count = 0;
        while (MessageView.Read(rest, out var message) == MessageProblem.None)
        {
            var parts = new MessageParts
            {
                Topic = message.Topic,
                Body = message.Body,
                BodyCrc = Crc32.OfBody(message.Body),
                Properties = message.Properties,
                BornHost = message.BornHost,
                StoreHost = message.StoreHost,
                QueueId = message.QueueId,
                Flag = message.Flag,
                SysFlag = message.SysFlag,
                BornTimestamp = message.BornTimestamp,
                ReconsumeTimes = message.ReconsumeTimes,
                PreparedTransactionOffset = message.PreparedTransactionOffset,
            };
            byte[] encoded = new byte[MessageEncoder.Size(parts)];
            Assert.Equal(encoded.Length, MessageEncoder.Encode(parts, encoded));
            MessageEncoder.Assign(encoded, message.QueueOffset, message.PhysicalOffset, message.StoreTimestamp);
            Assert.Equal(Convert.ToHexString(message.Bytes), Convert.ToHexString(encoded));
            rest = rest[message.TotalSize..];
            count++;
        }
        Assert.Equal((6, true), (count, rest.IsEmpty));
    }
}
