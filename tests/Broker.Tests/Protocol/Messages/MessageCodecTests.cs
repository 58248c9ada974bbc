using System.Buffers.Binary;
using System.Net;
using System.Text;
using Broker.Protocol.Messages;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Broker.Tests.Protocol.Messages;

public sealed class MessageCodecTests
{
    static readonly byte[] V4 = Host("10.1.2.3", 10911);
    static readonly byte[] V6 = Host("fd00::42", 40000);

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(127, true, false)]
    [InlineData(128, false, true)]
    [InlineData(255, true, true)]
    [InlineData(300, true, true)]
    public void Topics_and_hosts_of_both_lengths_are_written_and_read(int topicBytes, bool bornV6, bool storeV6)
    {
        byte[] topic = Encoding.ASCII.GetBytes(new string('t', topicBytes));
        byte[] encoded = Encode(topic, "body"u8, "A\u0001b\u0002"u8, bornV6 ? V6 : V4, storeV6 ? V6 : V4);
        Assert.Equal(MessageProblem.None, MessageView.Read(encoded, out var message));
        Assert.Equal(topicBytes > 127 ? MessageLayout.MagicV2 : MessageLayout.MagicV1, message.Magic);
        Assert.True(message.Topic.SequenceEqual(topic));
        Assert.True(message.Body.SequenceEqual("body"u8));
        Assert.True(message.Properties.SequenceEqual("A\u0001b\u0002"u8));
        Assert.True(message.BornHost.SequenceEqual(bornV6 ? V6 : V4));
        Assert.True(message.StoreHost.SequenceEqual(storeV6 ? V6 : V4));
        Assert.Equal(
            (3, 42L, 4711L, 99L),
            (message.ReconsumeTimes, message.QueueOffset, message.PhysicalOffset, message.StoreTimestamp)
        );
        Assert.Equal(SysFlag.TransactionCommit, SysFlag.Transaction(message.SysFlag));
    }

    [Fact]
    public void The_smallest_message_has_91_bytes()
    {
        Assert.Equal(91, MessageLayout.SmallestBytes);
        Assert.Equal(91, Encode(default, default, default, V4, V4).Length);
    }

    [Theory]
    [InlineData("A\u0001b", "C\u0001d\u0002", "A\u0001b\u0002C\u0001d\u0002")]
    [InlineData("A\u0001b\u0002", "C\u0001d\u0002", "A\u0001b\u0002C\u0001d\u0002")]
    [InlineData("", "C\u0001d\u0002", "C\u0001d\u0002")]
    [InlineData("A\u0001b", "", "A\u0001b")]
    public void Added_properties_follow_behind_a_separator(string own, string added, string stored)
    {
        var parts = new MessageParts
        {
            Topic = "t"u8,
            Properties = Encoding.UTF8.GetBytes(own),
            AddedProperties = Encoding.UTF8.GetBytes(added),
            BornHost = V4,
            StoreHost = V4,
        };
        byte[] encoded = new byte[MessageEncoder.Size(parts)];
        MessageEncoder.Encode(parts, encoded);
        Assert.Equal(MessageProblem.None, MessageView.Read(encoded, out var message));
        Assert.Equal(stored, Encoding.UTF8.GetString(message.Properties));
    }

    [Fact]
    public void Lengths_that_do_not_fit_their_fields_have_no_size()
    {
        byte[] tooLong = new byte[32768];
        Assert.Equal(
            -1,
            MessageEncoder.Size(
                new MessageParts
                {
                    Topic = "t"u8,
                    Properties = tooLong,
                    BornHost = V4,
                    StoreHost = V4,
                }
            )
        );
        Assert.Equal(
            -1,
            MessageEncoder.Size(
                new MessageParts
                {
                    Topic = tooLong,
                    BornHost = V4,
                    StoreHost = V4,
                }
            )
        );
    }

    [Fact]
    public void The_end_of_a_file_is_told_from_damage()
    {
        byte[] filler = new byte[100];
        MessageEncoder.EncodeEndOfFile(filler, 100);
        Assert.Equal(MessageProblem.EndOfFile, MessageView.Read(filler, out _));
        Assert.Equal(MessageProblem.BadMagic, MessageView.Read(new byte[100], out _));
        Assert.Equal(MessageProblem.Truncated, MessageView.Read(new byte[7], out _));
    }

    [Fact]
    public void A_changed_body_is_noticed()
    {
        byte[] encoded = Encode("t"u8, "some body"u8, default, V4, V4);
        int at = encoded.AsSpan().IndexOf("some"u8);
        encoded[at] ^= 1;
        Assert.Equal(MessageProblem.None, MessageView.Read(encoded, out var message));
        Assert.False(message.BodyIsIntact);
    }

    [Fact]
    public void Cut_or_changed_anywhere_a_message_is_read_within_its_bounds_or_refused()
    {
        byte[] encoded = Encode(
            Encoding.ASCII.GetBytes(new string('t', 200)),
            new byte[50],
            "A\u0001b\u0002"u8,
            V6,
            V4
        );
        for (int length = 0; length < encoded.Length; length++)
            Assert.Equal(MessageProblem.Truncated, MessageView.Read(encoded.AsSpan(0, length), out _));
        Prop.ForAll(
                Arb.From(Gen.Choose(0, int.MaxValue)),
                seed =>
                {
                    var random = new Random(seed);
                    byte[] copy = [.. encoded];
                    copy[random.Next(copy.Length)] = (byte)random.Next(256);
                    copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                    if (MessageView.Read(copy, out var message) != MessageProblem.None)
                        return true;
                    int read = message.Topic.Length + message.Body.Length + message.Properties.Length;
                    MessageProperties.ToDictionary(message.Properties);
                    _ = message.BodyIsIntact;
                    return message.BornHost.Length + message.StoreHost.Length + read < message.TotalSize;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_batch_is_read_as_written_and_refused_when_cut_inside_a_part()
    {
        var batch = new System.Buffers.ArrayBufferWriter<byte>();
        List<int> borders = [0];
        for (int i = 0; i < 3; i++)
        {
            BatchWriter.Add(batch, i, new byte[i * 10], "K\u0001v\u0002"u8);
            borders.Add(batch.WrittenCount);
        }
        Assert.Equal(3, BatchReader.Count(batch.WrittenSpan));
        for (int length = 0; length < batch.WrittenCount; length++)
        {
            int expected = borders.Contains(length) ? borders.IndexOf(length) : -1;
            Assert.Equal(expected, BatchReader.Count(batch.WrittenSpan[..length]));
        }
    }

    [Fact]
    public void A_batch_with_any_lengths_is_read_or_refused()
    {
        var batch = new System.Buffers.ArrayBufferWriter<byte>();
        BatchWriter.Add(batch, 1, new byte[10], "K\u0001v\u0002"u8);
        int[] lengths = [int.MinValue, -1, 0, 1, 21, 22, 36, 37, int.MaxValue];
        foreach (int at in new[] { 0, 16 })
        {
            foreach (int length in lengths)
            {
                byte[] copy = batch.WrittenSpan.ToArray();
                BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(at), length);
                Assert.InRange(BatchReader.Count(copy), -1, 1);
            }
        }
    }

    static byte[] Encode(
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties,
        byte[] born,
        byte[] store
    )
    {
        var parts = new MessageParts
        {
            Topic = topic,
            Body = body,
            BodyCrc = Crc32.OfBody(body),
            Properties = properties,
            BornHost = born,
            StoreHost = store,
            QueueOffset = 42,
            PhysicalOffset = 4711,
            StoreTimestamp = 99,
            ReconsumeTimes = 3,
            SysFlag = SysFlag.TransactionCommit,
        };
        byte[] encoded = new byte[MessageEncoder.Size(parts)];
        MessageEncoder.Encode(parts, encoded);
        return encoded;
    }

    static byte[] Host(string address, int port)
    {
        var host = new HostAddress(IPAddress.Parse(address), port);
        byte[] bytes = new byte[host.Length];
        host.Write(bytes);
        Assert.Equal(host, HostAddress.Read(bytes));
        return bytes;
    }
}
