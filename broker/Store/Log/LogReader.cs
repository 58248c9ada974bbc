using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>
/// Looks at messages in the mapped log, never at bytes that were not yet confirmed. What this process wrote or its
/// recovery verified is believed; in front of that a message is handed out only if its body has its checksum.
/// </summary>
/// <param name="segments">The log.</param>
/// <param name="damage">Told what is damaged.</param>
/// <param name="verifiedFrom">Everything from this position on was verified, or written by this process.</param>
/// <param name="confirmed">One past the last byte that may be read.</param>
sealed class LogReader(SegmentList segments, DamageReport damage, long verifiedFrom, Func<long> confirmed)
{
    /// <summary>Told what is damaged.</summary>
    public DamageReport Damage => damage;

    /// <summary>Position of the first message that has not expired.</summary>
    public long MinPosition => segments.MinPosition;

    /// <summary>One past the last byte that may be read.</summary>
    public long EndPosition => confirmed();

    /// <summary>
    /// Takes a reference on the mapping of a message of a known size; the caller gives it back.
    /// </summary>
    public bool TryAcquire(long position, int size, out SegmentMapping mapping, out int offset)
    {
        offset = 0;
        mapping = null!;
        if (
            position < 0
            || size <= 0
            || position + size > confirmed()
            || !segments.TryAcquire(position, out mapping, out var segment)
        )
            return false;
        offset = (int)(position - segment.Position);
        if (offset + size <= segment.Length)
            return true;
        mapping.Release();
        return false;
    }

    /// <summary>
    /// Takes a reference on the mapping of the message that begins at a position; false when none does, or a damaged
    /// one.
    /// </summary>
    public bool TryAcquireMessage(long position, out SegmentMapping mapping, out int offset, out int size)
    {
        if (!TryAcquireHeader(position, out mapping, out offset, out size))
            return false;
        MessageView.Read(mapping.Span.Slice(offset, size), out var message);
        if (IsIntact(message, position))
            return true;
        mapping.Release();
        return false;
    }

    /// <summary>
    /// Whether the message's body is what was written. Reads the body only where nobody has done so before.
    /// </summary>
    public bool IsIntact(in MessageView message, long position)
    {
        if (position >= verifiedFrom || message.BodyIsIntact)
            return true;
        damage.Note(position, position + message.TotalSize);
        return false;
    }

    /// <summary>
    /// Shows the messages that begin between two positions, and steps over damage; returns where it ended.
    /// </summary>
    public long Scan(long from, long end, MessageVisitor visit) =>
        new LogScanner(segments, damage).Scan(from, end, Math.Max(end, confirmed()), visit);

    /// <summary>The same for a message whose body nobody looks at.</summary>
    bool TryAcquireHeader(long position, out SegmentMapping mapping, out int offset, out int size)
    {
        size = 0;
        if (!TryAcquire(position, MessageLayout.SmallestBytes, out mapping, out offset))
            return false;
        if (
            MessageView.Read(mapping.Span[offset..], out var message) == MessageProblem.None
            && message.PhysicalOffset == position
            && position + message.TotalSize <= confirmed()
        )
        {
            size = message.TotalSize;
            return true;
        }

        mapping.Release();
        return false;
    }

    /// <summary>
    /// Whether a message begins at the position and passes the test, which must not look at the body.
    /// </summary>
    public bool TryView<TState>(long position, TState state, MessageTest<TState> test)
    {
        if (!TryAcquireHeader(position, out var mapping, out var offset, out _))
            return false;
        try
        {
            return MessageView.Read(mapping.Span[offset..], out var message) == MessageProblem.None
                && test(message, state);
        }
        finally
        {
            mapping.Release();
        }
    }

    /// <summary>When the message at a position was stored, in ms since 1970; -1 when none begins there.</summary>
    public long StoreTimeAt(long position)
    {
        var time = -1L;
        if (!TryAcquireHeader(position, out var mapping, out var offset, out _))
            return time;
        if (MessageView.Read(mapping.Span[offset..], out var message) == MessageProblem.None)
            time = message.StoreTimestamp;
        mapping.Release();
        return time;
    }

    /// <summary>
    /// When the first readable message from a position on was stored, in ms since 1970; -1 without one. A damaged
    /// message must not hide the age of those after it.
    /// </summary>
    public long StoreTimeFrom(long position)
    {
        var time = -1L;
        Scan(position, EndPosition, (in MessageView message, long _) => (time = message.StoreTimestamp) < 0);
        return time;
    }
}
