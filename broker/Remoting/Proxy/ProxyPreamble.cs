using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Broker.Remoting.Proxy;

/// <summary>
/// What a load balancer may put in front of a connection: the PROXY protocol of HAProxy, version 1 (a line of text) and
/// version 2 (binary). Neither can be taken for a frame: as lengths they would be 1.3 GB and 218 MB.
/// </summary>
static class ProxyPreamble
{
    /// <summary>The longest line of version 1, with its end: the specification's.</summary>
    const int LineMax = 107;

    /// <summary>
    /// Addresses of version 2 with everything that may follow them. The two longest addresses, of Unix sockets, take
    /// 216; the rest is for extensions, which are skipped.
    /// </summary>
    const int BlockMax = 4096;

    const int HeadBytes = 16;
    const int Inet = 1;
    const int Inet6 = 2;

    static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>Whether a connection that begins so has a preamble.</summary>
    public static bool BeginsWith(byte first) => first is (byte)'P' or 0x0D;

    /// <summary>Takes the preamble, and not a byte more, from the socket; null when it is none.</summary>
    public static async ValueTask<ProxiedPeer?> TakeAsync(
        Socket socket,
        byte first,
        CancellationToken cancellationToken
    ) =>
        first == (byte)'P'
            ? await TakeLineAsync(socket, cancellationToken).ConfigureAwait(false)
            : await TakeBlockAsync(socket, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a line of version 1 without its end; null when it is none.</summary>
    public static ProxiedPeer? ReadLine(ReadOnlySpan<byte> line)
    {
        var words = Encoding.ASCII.GetString(line).Split(' ');
        return words switch
        {
            ["PROXY", "UNKNOWN", ..] => default(ProxiedPeer),
            ["PROXY", "TCP4" or "TCP6", var from, var to, var fromPort, var toPort] => Read(from, fromPort, to, toPort),
            _ => null,
        };
    }

    /// <summary>Reads a block of version 2, head and addresses; null when it is none.</summary>
    public static ProxiedPeer? ReadBlock(ReadOnlySpan<byte> block)
    {
        const int version = 2;
        const int local = 0;
        const int proxied = 1;
        if (block.Length < HeadBytes || !block.StartsWith(Signature) || block[12] >> 4 != version)
            return null;
        var command = block[12] & 0xF;
        var addresses = block[HeadBytes..];
        if (command == local)
            return default(ProxiedPeer);
        if (command != proxied)
            return null;
        return (block[13] >> 4) switch
        {
            Inet => Read(addresses, 4),
            Inet6 => Read(addresses, 16),
            _ => default(ProxiedPeer),
        };
    }

    static async ValueTask<ProxiedPeer?> TakeLineAsync(Socket socket, CancellationToken cancellationToken)
    {
        var line = new byte[LineMax];
        for (var length = 0; length < LineMax; )
        {
            // A look first: what follows the line belongs to somebody else.
            var seen = await socket
                .ReceiveAsync(line.AsMemory(length), SocketFlags.Peek, cancellationToken)
                .ConfigureAwait(false);
            var end = line.AsSpan(length, seen).IndexOf((byte)'\n');
            var taken = end < 0 ? seen : end + 1;
            if (
                taken == 0
                || !await FillAsync(socket, line.AsMemory(length, taken), cancellationToken).ConfigureAwait(false)
            )
                return null;
            length += taken;
            if (end >= 0)
                return line[length - 2] == (byte)'\r' ? ReadLine(line.AsSpan(0, length - 2)) : null;
        }
        return null;
    }

    static async ValueTask<ProxiedPeer?> TakeBlockAsync(Socket socket, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        if (
            !await FillAsync(socket, head, cancellationToken).ConfigureAwait(false)
            || !head.AsSpan().StartsWith(Signature)
        )
            return null;
        int length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(14));
        if (length > BlockMax)
            return null;
        var block = new byte[HeadBytes + length];
        head.CopyTo(block, 0);
        return await FillAsync(socket, block.AsMemory(HeadBytes), cancellationToken).ConfigureAwait(false)
            ? ReadBlock(block)
            : null;
    }

    static async ValueTask<bool> FillAsync(Socket socket, Memory<byte> target, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            var received = await socket.ReceiveAsync(target, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
                return false;
            target = target[received..];
        }
        return true;
    }

    static ProxiedPeer? Read(string from, string fromPort, string to, string toPort) =>
        IPAddress.TryParse(from, out var source)
        && IPAddress.TryParse(to, out var destination)
        && ushort.TryParse(fromPort, NumberStyles.None, CultureInfo.InvariantCulture, out var sourcePort)
        && ushort.TryParse(toPort, NumberStyles.None, CultureInfo.InvariantCulture, out var destinationPort)
            ? new ProxiedPeer(new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort))
            : null;

    static ProxiedPeer? Read(ReadOnlySpan<byte> addresses, int length)
    {
        if (addresses.Length < 2 * length + 4)
            return null;
        var ports = addresses[(2 * length)..];
        return new ProxiedPeer(
            new IPEndPoint(new IPAddress(addresses[..length]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(
                new IPAddress(addresses.Slice(length, length)),
                BinaryPrimitives.ReadUInt16BigEndian(ports[2..])
            )
        );
    }
}
