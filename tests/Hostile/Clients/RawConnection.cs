using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Hostile.Clients;

/// <summary>A connection that sends what it likes: half frames, garbage, and that need not read.</summary>
sealed class RawConnection : IDisposable
{
    readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public RawConnection(int port = Client.BrokerPort, int receiveBuffer = 0)
    {
        if (receiveBuffer > 0)
            socket.ReceiveBufferSize = receiveBuffer;
        socket.Connect("127.0.0.1", port);
    }

    /// <summary>A whole request.</summary>
    public static byte[] Frame(
        int code,
        FieldList? fields = null,
        ReadOnlySpan<byte> body = default,
        int opaque = 1,
        bool oneWay = false
    )
    {
        var frame = new FrameWriter(
            SerializeType.Json,
            code,
            LanguageCode.Java,
            ClientVersion.Current,
            opaque,
            oneWay ? 2 : 0,
            default
        );
        frame.Add(fields);
        frame.Finish(body.Length, body);
        var bytes = frame.Written.ToArray();
        frame.Free();
        return bytes;
    }

    public static byte[] Frame(RequestCode code, FieldList? fields = null, ReadOnlySpan<byte> body = default) =>
        Frame((int)code, fields, body);

    /// <summary>The lengths of a frame, and a header that may be no header.</summary>
    public static byte[] Frame(int length, int headerWord, string header)
    {
        var bytes = new byte[8 + Encoding.UTF8.GetByteCount(header)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), headerWord);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        return bytes;
    }

    /// <summary>Whether everything could be sent.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[socket.Send(bytes)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ended)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes, ended)..];
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Bytes that came, 0 at the end, -1 after a reset.</summary>
    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ended)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, ended);
        }
        catch (SocketException)
        {
            return -1;
        }
    }

    /// <summary>Takes whatever comes and forgets it, until the end.</summary>
    public async Task DrainAsync(CancellationToken ended)
    {
        var buffer = new byte[1024 * 1024];
        try
        {
            while (await ReceiveAsync(buffer, ended) > 0)
                continue;
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // The trial is over.
        }
    }

    /// <summary>Ends with a reset and not in order.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
