using System.Buffers.Binary;

namespace Broker.Protocol.Messages;

/// <summary>
/// Makes ids as Java senders do (protocol.md §3.4): upper-case hex of address (4 or 16 bytes), process id (2), a
/// number of
/// the process (4), ms since the month began (4) and a counter (2). Thread-safe.
/// </summary>
public sealed class UniqueIdSource
{
    /// <summary>Process id 2, number 4, ms 4, counter 2.</summary>
    const int TailBytes = 12;

    readonly byte[] prefix;
    readonly TimeProvider time;
    int counter;

    /// <param name="host">Our address; the port is not used.</param>
    /// <param name="processId">Its low 16 bits are used.</param>
    /// <param name="number">Tells apart two sources of one process: any number, drawn once.</param>
    /// <param name="time">The clock.</param>
    public UniqueIdSource(HostAddress host, int processId, int number, TimeProvider time)
    {
        Span<byte> address = stackalloc byte[MessageLayout.HostV6Bytes];
        host.Write(address);
        address = address[..(host.Length - 4)];
        prefix = new byte[address.Length + 6];
        address.CopyTo(prefix);
        BinaryPrimitives.WriteInt16BigEndian(prefix.AsSpan(address.Length), (short)processId);
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(address.Length + 2), number);
        this.time = time;
    }

    /// <summary>32 or 56: the characters of an id.</summary>
    public int Length => 2 * (prefix.Length - 6 + TailBytes);

    /// <summary>Writes a new id as ASCII into at least <see cref="Length"/> bytes and returns its length.</summary>
    public int Next(Span<byte> target)
    {
        var now = time.GetUtcNow();
        var monthStart = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        Span<byte> tail = stackalloc byte[6];
        BinaryPrimitives.WriteInt32BigEndian(tail, (int)(now - monthStart).TotalMilliseconds);
        BinaryPrimitives.WriteInt16BigEndian(tail[4..], (short)Interlocked.Increment(ref counter));
        Convert.TryToHexString(prefix, target, out int written);
        Convert.TryToHexString(tail, target[written..], out int more);
        return written + more;
    }
}
