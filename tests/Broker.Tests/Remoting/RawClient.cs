using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Xunit;

namespace Broker.Tests.Remoting;

/// <summary>A socket that speaks frames byte by byte: for what no well-behaved client would send.</summary>
sealed class RawClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<RawClient> ConnectAsync(IPEndPoint server)
    {
        var client = new RawClient();
        await client.socket.ConnectAsync(server);
        return client;
    }

    public static byte[] Frame(
        SerializeType type,
        int code,
        int opaque = 1,
        int flag = 0,
        FieldList? fields = null,
        byte[]? body = null,
        string remark = "",
        LanguageCode language = LanguageCode.Java,
        int version = 479
    )
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(remark);
        var frame = new FrameWriter(type, code, language, version, opaque, flag, text);
        frame.Add(fields);
        frame.Finish(body?.Length ?? 0, body);
        byte[] bytes = frame.Written.ToArray();
        frame.Free();
        return bytes;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes);

    /// <summary>The next frame, decoded.</summary>
    public async Task<RawFrame> ReceiveAsync()
    {
        byte[] length = await ReadAsync(4);
        byte[] rest = await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(length));
        int headerLength = BinaryPrimitives.ReadInt32BigEndian(rest) & 0xFFFFFF;
        var header = new Header();
        Assert.Equal(HeaderProblem.None, HeaderDecoder.Decode(rest, 4, headerLength, rest[0], header));
        return new RawFrame(header, rest[(4 + headerLength)..]);
    }

    /// <summary>Waits until the server ends the connection; what it still sends is dropped.</summary>
    public async Task WaitForEndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) > 0) { }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }

    public void Dispose() => socket.Dispose();

    async Task<byte[]> ReadAsync(int bytes)
    {
        using var limit = new CancellationTokenSource(Patience);
        byte[] buffer = new byte[bytes];
        for (int at = 0; at < bytes; )
        {
            int received = await socket.ReceiveAsync(buffer.AsMemory(at), limit.Token);
            Assert.True(received > 0, "The server ended the connection before it answered.");
            at += received;
        }
        return buffer;
    }
}
