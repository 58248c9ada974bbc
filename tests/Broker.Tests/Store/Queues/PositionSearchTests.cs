using Broker.Store.Queues;
using Xunit;

namespace Broker.Tests.Store.Queues;

public sealed class PositionSearchTests
{
    /// <summary>Bytes of the log between one message and the next.</summary>
    const int Distance = 100;

    const int FileEntries = 1_000;

    int _reads;

    [Fact]
    public void A_long_hole_is_read_in_pieces_and_once()
    {
        const int hole = 1_000_000;
        var entries = Queue(new Range(0, 10), new Range(10 + hole, 2 * hole));
        foreach (var position in (long[])[0, 9 * Distance, (9 * Distance) + 1, (10 + hole) * Distance])
        {
            _reads = 0;
            Assert.Equal(Expected(entries, position), Find(entries, position));
            Assert.InRange(_reads, 1, (hole / PositionSearch.PieceEntries) + (hole / FileEntries) + 100);
        }
    }

    [Fact]
    public void Blanks_in_front_of_the_first_message_cost_as_much_as_messages()
    {
        const int blanks = 1_000_000;
        var entries = Queue(new Range(blanks, blanks + 10));
        Assert.Equal(blanks + 5, Find(entries, (blanks + 5) * Distance));
        Assert.InRange(_reads, 1, 2 * 20);
    }

    [Fact]
    public void Holes_wherever_they_are_hide_no_message()
    {
        const int seed = 20_261_122;
        var random = new Random(seed);
        for (var run = 0; run < 2_000; run++)
        {
            var entries = Queue(new Range(0, random.Next(1, 1_500)));
            for (var holes = random.Next(6); holes > 0; holes--)
            {
                // The first message stays: what is in front of it is no hole.
                var at = random.Next(1, entries.Length + 1);
                entries.AsSpan(at, random.Next(entries.Length - at + 1)).Clear();
            }

            var position = random.NextInt64(-1, ((long)entries.Length * Distance) + 2);
            Assert.True(
                Expected(entries, position) == Find(entries, position),
                $"seed {seed}, run {run}: another entry was found"
            );
        }
    }

    /// <summary>Positions by entry, from 1 on; 0 is a blank.</summary>
    static long[] Queue(params Range[] messages)
    {
        var entries = new long[messages[^1].End.Value];
        foreach (var range in messages)
        {
            for (var i = range.Start.Value; i < range.End.Value; i++)
                entries[i] = 1 + ((long)i * Distance);
        }

        return entries;
    }

    static long Expected(long[] entries, long position)
    {
        var first = Array.FindIndex(entries, entry => entry > position);
        return first < 0 ? entries.Length : first;
    }

    long Find(long[] entries, long position) =>
        PositionSearch.Find(
            (offset, target) =>
            {
                _reads++;
                // Files end somewhere, and a read ends with them.
                var count = Math.Min(target.Length / QueueEntryLayout.Bytes, FileEntries - (int)(offset % FileEntries));
                for (var i = 0; i < count; i++)
                    Write(target[(i * QueueEntryLayout.Bytes)..], entries[offset + i]);
                return count;
            },
            0,
            entries.Length,
            position
        );

    static void Write(Span<byte> target, long entry)
    {
        target[..QueueEntryLayout.Bytes].Clear();
        if (entry > 0)
            QueueEntryLayout.Write(target, entry - 1, size: 1, tagsCode: 0);
    }
}
