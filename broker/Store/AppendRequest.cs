using Broker.Store.Queues;

namespace Broker.Store;

/// <summary>
/// One message to append, or the common part of a batch. It only borrows its spans for the duration of the call;
/// the store assigns queue offset, log position and store time (protocol.md §3.1).
/// </summary>
public readonly ref struct AppendRequest
{
    /// <summary>Where the message goes; <see cref="TopicLog.Queue"/>.</summary>
    public required ConsumeQueue Queue { get; init; }

    /// <summary>The stored, possibly compressed body. For a batch its encoded parts (protocol.md §3.6).</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>The sender's properties in their stored form: name 0x01 value 0x02, repeated.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>
    /// Properties that the broker adds behind the sender's, in the same form; a missing separator is supplied.
    /// </summary>
    public ReadOnlySpan<byte> AddedProperties { get; init; }

    /// <summary>
    /// Of a batch: how many of the first added bytes are an id (<c>UNIQ_KEY</c>) for the parts that have none of their
    /// own. The other parts do without them.
    /// </summary>
    public int SharedIdBytes { get; init; }

    /// <summary>
    /// Bytes that the properties must leave free in their field, so that the message can be stored again with more of
    /// them.
    /// </summary>
    public int ReservedPropertyBytes { get; init; }

    /// <summary>The sender's address as stored: 4 or 16 address bytes and 4 port bytes, big-endian.</summary>
    public required ReadOnlySpan<byte> BornHost { get; init; }

    /// <summary>The sender's clock, in ms since 1970.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>The user's flag, stored untouched.</summary>
    public int Flag { get; init; }

    /// <summary>Bits of protocol.md §3.2. The two address-family bits are set by the store.</summary>
    public int SysFlag { get; init; }

    /// <summary>Completed deliveries so far.</summary>
    public int ReconsumeTimes { get; init; }

    /// <summary>Position of the half message that this one commits, else 0.</summary>
    public long PreparedTransactionOffset { get; init; }
}
