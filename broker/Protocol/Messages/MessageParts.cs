namespace Broker.Protocol.Messages;

/// <summary>What <see cref="MessageEncoder"/> writes: borrowed spans and numbers, nothing is kept.</summary>
public readonly ref struct MessageParts
{
    /// <summary>The topic's UTF-8 name, at most 32,767 bytes.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The stored body, possibly compressed.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>CRC-32 of the body with the top bit cleared; see <see cref="Crc32.OfBody"/>.</summary>
    public int BodyCrc { get; init; }

    /// <summary>Properties in their stored form.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>
    /// More properties in the same form; a separator that <see cref="Properties"/> lacks at its end is supplied.
    /// </summary>
    public ReadOnlySpan<byte> AddedProperties { get; init; }

    /// <summary>8 or 20 bytes. Decides the flag's bit <see cref="Messages.SysFlag.BornHostV6"/>.</summary>
    public required ReadOnlySpan<byte> BornHost { get; init; }

    /// <summary>8 or 20 bytes. Decides the flag's bit <see cref="Messages.SysFlag.StoreHostV6"/>.</summary>
    public required ReadOnlySpan<byte> StoreHost { get; init; }

    public int QueueId { get; init; }

    /// <summary>The user's flag.</summary>
    public int Flag { get; init; }

    public long QueueOffset { get; init; }

    public long PhysicalOffset { get; init; }

    /// <summary>See <see cref="Messages.SysFlag"/>; the two host bits are set by the encoder.</summary>
    public int SysFlag { get; init; }

    /// <summary>ms since 1970.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>ms since 1970.</summary>
    public long StoreTimestamp { get; init; }

    public int ReconsumeTimes { get; init; }

    public long PreparedTransactionOffset { get; init; }
}
