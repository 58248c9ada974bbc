using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Broker.Core.Pop;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Tests.Core;

/// <summary>Pops messages and acknowledges each, over a plain socket, allocating nothing itself.</summary>
sealed class PopCycle : IDisposable
{
    /// <summary>Messages of one cycle.</summary>
    public const int Messages = 32;

    readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _input = new byte[1 << 20];
    readonly ArrayBufferWriter<byte> _output = new(1 << 16);
    readonly ArrayBufferWriter<byte> _handle = new(256);
    readonly Header _header = new();
    readonly byte[] _topic;

    public PopCycle(string address, string topic)
    {
        _topic = Encoding.UTF8.GetBytes(topic);
        _socket.Connect(IPEndPoint.Parse(address));
    }

    /// <summary>Messages so far, if no offset was left out.</summary>
    public long Popped { get; private set; }

    public void Run()
    {
        Pop();
        Receive(frames: 1);
        var read = new FieldReader(_header.Fields);
        var place = new PopPlace(Popped, read.Long("popTime"u8), read.Long("invisibleTime"u8), read.Int("reviveQid"u8));
        Expect();
        for (var i = 0; i < Messages; i++)
            Ack(place, Popped + i);
        Flush();
        Receive(frames: Messages);
        Expect();
        Popped += Messages;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Not an assertion of the test framework, which allocates.</summary>
    void Expect()
    {
        if (_header.Code != 0)
            throw new IOException($"code {_header.Code} at message {Popped}");
    }

    void Pop()
    {
        var frame = Begin(RequestCode.PopMessage);
        frame.Field("maxMsgNums"u8, Messages);
        frame.Field("invisibleTime"u8, 60_000);
        frame.Field("pollTime"u8, 0);
        frame.Field("bornTime"u8, 0);
        frame.Field("initMode"u8, 0);
        End(frame);
        Flush();
    }

    void Ack(in PopPlace place, long offset)
    {
        _handle.ResetWrittenCount();
        PopHandle.Write(_handle, place, (byte)'0', "broker-a"u8, queueId: 0, offset);
        var frame = Begin(RequestCode.AckMessage);
        frame.Field("extraInfo"u8, _handle.WrittenSpan);
        frame.Field("offset"u8, offset);
        End(frame);
    }

    FrameWriter Begin(RequestCode code)
    {
        var frame = new FrameWriter(
            SerializeType.Json,
            (int)code,
            LanguageCode.Java,
            ClientVersion.Current,
            1,
            0,
            default
        );
        frame.Field("consumerGroup"u8, "poppers"u8);
        frame.Field("topic"u8, _topic);
        frame.Field("queueId"u8, 0);
        return frame;
    }

    void End(FrameWriter frame)
    {
        frame.Finish(0);
        _output.Write(frame.Written);
        frame.Free();
    }

    void Flush()
    {
        _socket.Send(_output.WrittenSpan);
        _output.ResetWrittenCount();
    }

    /// <summary>Reads whole frames; the last one's header stays.</summary>
    void Receive(int frames)
    {
        var filled = 0;
        var at = 0;
        while (frames > 0)
        {
            filled += _socket.Receive(_input, filled, _input.Length - filled, SocketFlags.None);
            while (
                filled - at >= 4
                && BinaryPrimitives.ReadInt32BigEndian(_input.AsSpan(at)) is var length
                && filled - at - 4 >= length
            )
            {
                var headerLength = BinaryPrimitives.ReadInt32BigEndian(_input.AsSpan(at + 4)) & 0xFFFFFF;
                HeaderDecoder.Decode(_input, at + 8, headerLength, _input[at + 4], _header);
                at += 4 + length;
                frames--;
            }
        }
    }
}
