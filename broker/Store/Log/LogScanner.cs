using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>Walks over the log in order, from the beginning of one message to the beginning of another.</summary>
sealed class LogScanner(SegmentList segments)
{
    /// <summary>
    /// Zeros in front of a boundary of this many bytes are what an unwritten part of a disk looks like.
    /// </summary>
    const int SectorBytes = 512;

    /// <summary>
    /// Shows the messages from a position on; returns the position of the first one that is not whole, or not wanted,
    /// or at
    /// <paramref name="end"/>.
    /// </summary>
    public long Scan(long from, long end, MessageVisitor visit)
    {
        var position = from;
        while (position < end && segments.TryAcquire(position, out var mapping, out var segment))
        {
            var stopped = ScanSegment(mapping.Span, segment.Position, position, end, visit);
            mapping.Release();
            if (stopped < segment.EndPosition)
                return stopped;
            position = stopped;
        }

        return position;
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

    static long ScanSegment(ReadOnlySpan<byte> bytes, long segmentPosition, long from, long end, MessageVisitor visit)
    {
        var position = from;
        while (position < end)
        {
            var at = (int)(position - segmentPosition);
            if (at > bytes.Length - MessageLayout.EndOfFileBytes)
                return segmentPosition + bytes.Length;
            var problem = MessageView.Read(bytes[at..], out var message);
            if (problem == MessageProblem.EndOfFile)
                return segmentPosition + bytes.Length;
            if (problem != MessageProblem.None || !visit(message, position))
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
