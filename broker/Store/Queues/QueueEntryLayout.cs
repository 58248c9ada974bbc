using System.Buffers.Binary;

namespace Broker.Store.Queues;

/// <summary>
/// An entry of a consume queue file: log position 8, message size 4, tags code 8, big-endian (protocol.md §3.5). A file
/// begins with zeros everywhere; an entry of size 0 was never written. Apache marks entries in front of a queue's first
/// message by position 0 and the largest size.
/// </summary>
static class QueueEntryLayout
{
    public const int Bytes = 20;

    /// <summary>No queue comes to this offset, and 2^58 x 20, the position of its entry, is below 2^63.</summary>
    public const long OffsetMax = 1L << 58;

    public static void Write(Span<byte> target, long position, int size, long tagsCode)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, position);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], size);
        BinaryPrimitives.WriteInt64BigEndian(target[12..], tagsCode);
    }

    /// <summary>The entry of a message that is not there.</summary>
    public static ReadOnlySpan<byte> Blank => [0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0];

    public static void WriteBlank(Span<byte> target) => Blank.CopyTo(target);

    public static QueueEntry Read(ReadOnlySpan<byte> source) =>
        new(
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(source)),
            BinaryPrimitives.ReadInt32BigEndian(source[8..]),
            BinaryPrimitives.ReadInt64BigEndian(source[12..])
        );

    public static bool IsWritten(in QueueEntry entry) => entry.Size > 0;

    public static bool IsBlank(in QueueEntry entry) => entry.Size is <= 0 or int.MaxValue;
}
