using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Broker.Protocol.Messages;

/// <summary>
/// An address and port as messages and message ids hold them: 4 or 16 address bytes, then 4 port bytes. An IPv4 address
/// that was mapped into IPv6 counts as IPv4: some clients know no other (protocol.md §3.2).
/// </summary>
public readonly record struct HostAddress
{
    readonly UInt128 address;

    /// <summary>Takes over an address.</summary>
    public HostAddress(IPAddress address, int port)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        IsV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        this.address =
            length == 16 ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
        Port = port;
    }

    /// <summary>Takes over an end point.</summary>
    public HostAddress(IPEndPoint endPoint)
        : this(endPoint.Address, endPoint.Port) { }

    HostAddress(UInt128 address, bool isV6, int port)
    {
        this.address = address;
        IsV6 = isV6;
        Port = port;
    }

    /// <summary>The address has 16 bytes.</summary>
    public bool IsV6 { get; }

    /// <summary>The port; not checked to be one.</summary>
    public int Port { get; }

    /// <summary>8 or 20.</summary>
    public int Length => IsV6 ? MessageLayout.HostV6Bytes : MessageLayout.HostV4Bytes;

    /// <summary>Reads 8 or 20 bytes; any other length gives 0.0.0.0:0.</summary>
    public static HostAddress Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length switch
        {
            MessageLayout.HostV4Bytes => new(
                BinaryPrimitives.ReadUInt32BigEndian(bytes),
                false,
                BinaryPrimitives.ReadInt32BigEndian(bytes[4..])
            ),
            MessageLayout.HostV6Bytes => new(
                BinaryPrimitives.ReadUInt128BigEndian(bytes),
                true,
                BinaryPrimitives.ReadInt32BigEndian(bytes[16..])
            ),
            _ => default,
        };

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> target)
    {
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(target, address);
            BinaryPrimitives.WriteInt32BigEndian(target[16..], Port);
            return;
        }
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)address);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], Port);
    }

    /// <summary>As the framework's type. The port is cut to 16 bits.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV6)
            BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        else
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)address);
        return new IPEndPoint(new IPAddress(IsV6 ? bytes : bytes[..4]), Port & 0xFFFF);
    }

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => ToEndPoint().ToString();
}
