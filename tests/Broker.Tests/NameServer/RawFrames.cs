using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Broker.Tests.NameServer;

/// <summary>
/// Speaks the protocol by hand: one connection per call, JSON headers as text, so that a test decides every byte.
/// </summary>
sealed class RawFrames(IPEndPoint address)
{
    /// <summary>Sends a request and reads the answer's header and body as text.</summary>
    public async Task<(string Header, string Body)> CallAsync(int code, int version, string extFields, string body = "")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address);
        var stream = socket.GetStream();
        var header = Encoding.UTF8.GetBytes(
            $"{{\"code\":{code},\"language\":\"JAVA\",\"version\":{version},\"opaque\":7,"
                + $"\"flag\":0,\"extFields\":{extFields}}}"
        );
        var frame = new byte[8 + header.Length + Encoding.UTF8.GetByteCount(body)];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), header.Length);
        header.CopyTo(frame.AsSpan(8));
        Encoding.UTF8.GetBytes(body, frame.AsSpan(8 + header.Length));
        await stream.WriteAsync(frame);
        var lengths = new byte[8];
        await stream.ReadExactlyAsync(lengths);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(lengths) - 4];
        await stream.ReadExactlyAsync(rest);
        var headerLength = BinaryPrimitives.ReadInt32BigEndian(lengths.AsSpan(4)) & 0xFFFFFF;
        return (Encoding.UTF8.GetString(rest, 0, headerLength), Encoding.UTF8.GetString(rest.AsSpan(headerLength)));
    }
}
