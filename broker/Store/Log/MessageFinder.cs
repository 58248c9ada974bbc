using System.Buffers.Binary;
using Broker.Protocol.Messages;

namespace Broker.Store.Log;

/// <summary>Finds the next message of a segment after damaged bytes.</summary>
static class MessageFinder
{
    /// <summary>What both magics of messages begin with.</summary>
    static ReadOnlySpan<byte> MagicBegin => [0xDA, 0xA3, 0x20];

    /// <summary>Whether a message with its own place in it begins there.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> segment, long segmentPosition, int at, out MessageView message) =>
        MessageView.Read(segment[at..], out message) == MessageProblem.None
        && message.PhysicalOffset == segmentPosition + at;

    /// <summary>Whether the segment ends here with a filler.</summary>
    public static bool IsFiller(ReadOnlySpan<byte> segment, int at, int segmentBytes) =>
        MessageView.Read(segment[at..], out _) == MessageProblem.EndOfFile
        && BinaryPrimitives.ReadInt32BigEndian(segment[at..]) == segmentBytes - at;

    /// <summary>
    /// Where the first message or filler after the damaged bytes begins; -1 when there is none. A damaged message's
    /// size is tried first, since the rest of it may look like anything. Then every place is tried.
    /// </summary>
    /// <param name="segment">The segment's bytes, as far as the log goes.</param>
    /// <param name="segmentPosition">Log position of the segment.</param>
    /// <param name="segmentBytes">Length of the whole segment.</param>
    /// <param name="at">Where the damaged bytes begin.</param>
    public static int Next(ReadOnlySpan<byte> segment, long segmentPosition, int segmentBytes, int at)
    {
        if (at + MessageLayout.SmallestBytes > segment.Length)
            return -1;
        var size = BinaryPrimitives.ReadInt32BigEndian(segment[at..]);
        if (size >= MessageLayout.SmallestBytes && size < segment.Length - at)
        {
            var next = at + size;
            if (IsMessage(segment, segmentPosition, next, out _) || IsFiller(segment, next, segmentBytes))
                return next;
        }

        return Search(segment, segmentPosition, at + 1);
    }

    /// <summary>Where the first sound message begins from a place on; -1 when there is none.</summary>
    public static int Search(ReadOnlySpan<byte> segment, long segmentPosition, int at)
    {
        while (at + MessageLayout.SmallestBytes <= segment.Length)
        {
            var found = segment[(at + MessageLayout.MagicAt)..].IndexOf(MagicBegin);
            if (found < 0)
                return -1;
            at += found;
            if (
                IsMessage(segment, segmentPosition, at, out var message)
                && LogScanner.IsIntact(message, segmentPosition + at)
            )
                return at;
            at++;
        }

        return -1;
    }
}
