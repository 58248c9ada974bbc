using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Broker.Protocol.Headers;

namespace Benchmarks.Load;

/// <summary>
/// A blocking socket that gathers frames until <see cref="Flush"/> and decodes in place what a read brings. One
/// thread, no
/// allocation per frame: as little as possible of what is measured should be the client.
/// </summary>
sealed class FrameSocket : IDisposable
{
    readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    byte[] output = new byte[256 * 1024];
    byte[] input = new byte[1024 * 1024];
    int pending;
    int start;
    int end;

    public FrameSocket(string address) => socket.Connect(IPEndPoint.Parse(address));

    public Header Header { get; } = new();

    /// <summary>The body of the frame that <see cref="TryNext"/> found.</summary>
    public ReadOnlySpan<byte> Body => input.AsSpan(bodyStart, bodyLength);

    int bodyStart;
    int bodyLength;

    public void Append(ReadOnlySpan<byte> frame)
    {
        if (output.Length - pending < frame.Length)
            Array.Resize(ref output, Math.Max(output.Length * 2, pending + frame.Length));
        frame.CopyTo(output.AsSpan(pending));
        pending += frame.Length;
    }

    public void Flush()
    {
        int sent = 0;
        while (sent < pending)
            sent += socket.Send(output.AsSpan(sent, pending - sent));
        pending = 0;
    }

    /// <summary>Waits for bytes. Call when <see cref="TryNext"/> finds no whole frame.</summary>
    public void Receive()
    {
        if (start > 0)
        {
            Array.Copy(input, start, input, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == input.Length)
            Array.Resize(ref input, input.Length * 2);
        int received = socket.Receive(input.AsSpan(end));
        if (received == 0)
            throw new IOException("The broker closed the connection.");
        end += received;
    }

    /// <summary>
    /// Decodes the next frame if it is there as a whole. It is valid until the next call of <see cref="Receive"/>.
    /// </summary>
    public bool TryNext()
    {
        if (end - start < 8)
            return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(input.AsSpan(start));
        if (end - start < 4 + length)
            return false;
        int headerLength = BinaryPrimitives.ReadInt32BigEndian(input.AsSpan(start + 4)) & 0xFFFFFF;
        var problem = HeaderDecoder.Decode(input, start + 8, headerLength, input[start + 4], Header);
        if (problem != HeaderProblem.None)
            throw new IOException($"The broker sent a bad header: {problem}");
        bodyStart = start + 8 + headerLength;
        bodyLength = length - 4 - headerLength;
        start += 4 + length;
        return true;
    }

    public void Dispose() => socket.Dispose();
}
