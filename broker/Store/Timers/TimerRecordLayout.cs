using System.Buffers.Binary;

namespace Broker.Store.Timers;

/// <summary>A record on disk: due 8, kind 4, queue offset 8, log position 8, big-endian.</summary>
static class TimerRecordLayout
{
    public const int Bytes = 28;

    public static void Write(Span<byte> target, in TimerRecord record)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, record.DueMs);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], (int)record.Kind);
        BinaryPrimitives.WriteInt64BigEndian(target[12..], record.QueueOffset.Value);
        BinaryPrimitives.WriteInt64BigEndian(target[20..], record.Position.Value);
    }

    public static TimerRecord Read(ReadOnlySpan<byte> source) =>
        new(
            BinaryPrimitives.ReadInt64BigEndian(source),
            (TimerKind)BinaryPrimitives.ReadInt32BigEndian(source[8..]),
            new QueueOffset(BinaryPrimitives.ReadInt64BigEndian(source[12..])),
            new LogPosition(BinaryPrimitives.ReadInt64BigEndian(source[20..]))
        );
}
