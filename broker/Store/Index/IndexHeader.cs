using System.Buffers.Binary;

namespace Broker.Store.Index;

/// <summary>The header of an index file (<see cref="IndexLayout"/>).</summary>
/// <param name="FirstTimestamp">Store time of the first indexed message, in ms since 1970.</param>
/// <param name="LastTimestamp">Store time of the last one.</param>
/// <param name="FirstPosition">Its log position.</param>
/// <param name="LastPosition">Log position of the last one.</param>
/// <param name="UsedSlots">How many slots lead to an entry.</param>
/// <param name="Count">The next entry's number.</param>
readonly record struct IndexHeader(
    long FirstTimestamp,
    long LastTimestamp,
    long FirstPosition,
    long LastPosition,
    int UsedSlots,
    int Count
)
{
    public static IndexHeader Read(ReadOnlySpan<byte> source) =>
        new(
            BinaryPrimitives.ReadInt64BigEndian(source),
            BinaryPrimitives.ReadInt64BigEndian(source[8..]),
            BinaryPrimitives.ReadInt64BigEndian(source[16..]),
            BinaryPrimitives.ReadInt64BigEndian(source[24..]),
            BinaryPrimitives.ReadInt32BigEndian(source[32..]),
            Math.Max(IndexLayout.FirstEntry, BinaryPrimitives.ReadInt32BigEndian(source[36..]))
        );

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, FirstTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(target[8..], LastTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(target[16..], FirstPosition);
        BinaryPrimitives.WriteInt64BigEndian(target[24..], LastPosition);
        BinaryPrimitives.WriteInt32BigEndian(target[32..], UsedSlots);
        BinaryPrimitives.WriteInt32BigEndian(target[36..], Count);
    }
}
