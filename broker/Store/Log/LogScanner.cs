using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>Walks over the log in order, from the beginning of one message to the beginning of another.</summary>
sealed class LogScanner(SegmentList segments, DamageReport? damage = null)
{
    /// <summary>
    /// Zeros in front of a boundary of this many bytes are what an unwritten part of a disk looks like.
    /// </summary>
    const int SectorBytes = 512;

    /// <summary>
    /// Shows the messages from a position to <paramref name="end"/>. Steps over
    /// damaged bytes. Returns the end, or the position of the first message that is not wanted, or of the first one
    /// that begins behind the end.
    /// </summary>
    /// <param name="from">Where a message begins.</param>
    /// <param name="end">No message that begins from here on is shown.</param>
    /// <param name="readable">One past the last byte that may be read.</param>
    /// <param name="visit">Sees the messages.</param>
    public long Scan(long from, long end, long readable, MessageVisitor visit)
    {
        var position = from;
        while (position < end)
        {
            position = ScanWhole(position, end, visit, out var isDamaged);
            if (!isDamaged)
                return position;
            var next = Next(position, readable);
            damage?.Note(position, next);
            position = next;
        }

        return position;
    }

    /// <summary>
    /// Shows the messages from a position on; returns the position of the first one that is not whole, or not wanted,
    /// or at <paramref name="end"/>.
    /// </summary>
    public long ScanWhole(long from, long end, MessageVisitor visit, out bool isDamaged)
    {
        isDamaged = false;
        var position = from;
        while (position < end && segments.TryAcquire(position, out var mapping, out var segment))
        {
            var stopped = ScanSegment(mapping.Span, segment.Position, position, end, visit, out isDamaged);
            mapping.Release();
            if (stopped < segment.EndPosition)
                return stopped;
            position = stopped;
        }

        return position;
    }

    /// <summary>
    /// Where the first message after the damaged bytes begins, possibly in a later segment; <paramref name="end"/> when
    /// none follows.
    /// </summary>
    public long Next(long position, long end)
    {
        for (var from = position; from < end && segments.TryAcquire(from, out var mapping, out var segment); )
        {
            var bytes = mapping.Span[..(int)(Math.Min(end, segment.EndPosition) - segment.Position)];
            var at = (int)(from - segment.Position);
            var found =
                from == position
                    ? MessageFinder.Next(bytes, segment.Position, segment.Length, at)
                    : MessageFinder.Search(bytes, segment.Position, at);
            mapping.Release();
            if (found >= 0)
                return segment.Position + found;
            from = segment.EndPosition;
        }

        return end;
    }

    /// <summary>
    /// Whether a message is what was written: at its own place, with the body's checksum, and without parts that look
    /// as if they had never reached the disk.
    /// </summary>
    public static bool IsIntact(in MessageView message, long position) =>
        message.PhysicalOffset == position
        && !message.Topic.IsEmpty
        && !message.Topic.Contains((byte)0)
        && message.StoreTimestamp > 0
        && !HasLostSector(message, position)
        && message.BodyIsIntact;

    static long ScanSegment(
        ReadOnlySpan<byte> bytes,
        long segmentPosition,
        long from,
        long end,
        MessageVisitor visit,
        out bool isDamaged
    )
    {
        isDamaged = false;
        var position = from;
        while (position < end)
        {
            var at = (int)(position - segmentPosition);
            if (at > bytes.Length - MessageLayout.EndOfFileBytes || MessageFinder.IsFiller(bytes, at, bytes.Length))
                return segmentPosition + bytes.Length;
            isDamaged = !MessageFinder.IsMessage(bytes, segmentPosition, at, out var message);
            if (isDamaged || !visit(message, position))
                return position;
            position += message.TotalSize;
        }

        return position;
    }

    /// <summary>
    /// The body has a checksum, the properties behind it have none. A lost sector shows as zeros at their beginning,
    /// their end, or as a whole aligned sector of zeros; real properties have none of these.
    /// </summary>
    static bool HasLostSector(in MessageView message, long position)
    {
        var properties = message.Properties;
        if (properties.IsEmpty)
            return false;
        if (properties[0] == 0 || properties[^1] == 0)
            return true;
        var start = position + message.TotalSize - properties.Length;
        var at = (int)((SectorBytes - (start % SectorBytes)) % SectorBytes);
        for (; at + SectorBytes <= properties.Length; at += SectorBytes)
        {
            if (!properties.Slice(at, SectorBytes).ContainsAnyExcept((byte)0))
                return true;
        }

        return false;
    }
}
