using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>Looks at messages in the mapped log, never at bytes that were not yet confirmed.</summary>
sealed class LogReader(SegmentList segments, Func<long> confirmed)
{
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
    /// Takes a reference on the mapping of the message that begins at a position; false when none does.
    /// </summary>
    public bool TryAcquireMessage(long position, out SegmentMapping mapping, out int offset, out int size)
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

    /// <summary>Whether a message begins at the position and passes the test.</summary>
    public bool TryView<TState>(long position, TState state, MessageTest<TState> test)
    {
        if (!TryAcquireMessage(position, out var mapping, out var offset, out _))
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
        if (!TryAcquireMessage(position, out var mapping, out var offset, out _))
            return time;
        if (MessageView.Read(mapping.Span[offset..], out var message) == MessageProblem.None)
            time = message.StoreTimestamp;
        mapping.Release();
        return time;
    }
}
