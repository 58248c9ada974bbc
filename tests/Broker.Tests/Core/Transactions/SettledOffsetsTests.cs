using Broker.Core.Transactions;
using Xunit;

namespace Broker.Tests.Core.Transactions;

public sealed class SettledOffsetsTests(ITestOutputHelper output)
{
    /// <summary>Some more than two chunks of 65,536.</summary>
    const int Offsets = 150_000;

    [Fact]
    public void An_offset_is_settled_once()
    {
        var settled = new SettledOffsets();
        Assert.True(settled.TrySettle(70_000));
        Assert.False(settled.TrySettle(70_000));
        settled.Reopen(70_000);
        Assert.True(settled.TrySettle(70_000));
        settled.Reset(100);
        Assert.False(settled.TrySettle(99));
        Assert.True(settled.TrySettle(100));
    }

    [Fact]
    public void The_front_stops_at_the_first_open_offset_and_at_the_end()
    {
        var settled = new SettledOffsets();
        for (var offset = 0; offset < Offsets; offset++)
        {
            if (offset != 66_000)
                settled.TrySettle(offset);
        }
        Assert.Equal(66_000, settled.Advance(0, Offsets));
        Assert.Equal(1, settled.OpenCount(Offsets));
        Assert.True(settled.TrySettle(66_000));
        Assert.Equal(Offsets, settled.Advance(0, Offsets));
        Assert.Equal(0, settled.OpenCount(Offsets));
        Assert.Equal(Offsets, settled.NextOpen(0, Offsets));
        Assert.Equal(Offsets, settled.NextOpen(0, Offsets + 9));
    }

    [Fact]
    public void The_front_waits_for_what_follows_from_a_settlement()
    {
        var settled = new SettledOffsets();
        Assert.True(settled.TrySettle(0));
        Assert.True(settled.TryBegin(1));
        Assert.True(settled.TryBegin(2));
        Assert.False(settled.TryBegin(2));
        Assert.Equal((1, 0), (settled.Advance(0, 3), settled.OpenCount(3)));
        settled.End(1);
        Assert.Equal(2, settled.Advance(0, 3));
        settled.Reopen(2);
        Assert.Equal((2, 1), (settled.Advance(0, 3), settled.OpenCount(3)));
    }

    [Fact]
    public void What_retention_deleted_is_settled()
    {
        var settled = new SettledOffsets();
        Assert.Equal(80_000, settled.Advance(80_000, Offsets));
        Assert.False(settled.TrySettle(79_999));
        Assert.Equal(Offsets, settled.Advance(Offsets + 5, Offsets));
    }

    [Fact]
    public void An_offset_that_the_front_has_passed_can_be_opened_again()
    {
        var settled = new SettledOffsets();
        for (var offset = 0; offset < 70_000; offset++)
            settled.TrySettle(offset);
        settled.Advance(0, 70_000);
        settled.Reopen(10);
        Assert.Equal((10, 1), (settled.NextOpen(0, 70_000), settled.OpenCount(70_000)));
        Assert.False(settled.TrySettle(11));
        Assert.True(settled.TrySettle(10));
        Assert.Equal(70_000, settled.Advance(0, 70_000));
    }

    [Fact]
    public void It_does_what_a_plain_set_does()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var settled = new SettledOffsets();
        var model = new HashSet<long>();
        var front = 0L;
        for (var step = 0; step < 20_000; step++)
        {
            var offset = (long)random.Next(random.Next(1, Offsets));
            switch (random.Next(10))
            {
                case < 6:
                    for (var next = offset; next < offset + 50; next++)
                        Assert.Equal(next >= front && model.Add(next), settled.TrySettle(next));
                    break;
                case 6 when offset >= front:
                    settled.Reopen(offset);
                    model.Remove(offset);
                    break;
                case 7:
                    while (front < offset && model.Contains(front))
                        front++;
                    Assert.Equal(front, settled.Advance(0, Math.Max(front, offset)));
                    break;
                default:
                    var end = offset + 200;
                    var open = Math.Max(offset, front);
                    while (open < end && model.Contains(open))
                        open++;
                    Assert.Equal(Math.Min(open, end), settled.NextOpen(offset, end));
                    break;
            }
        }
        Assert.Equal(
            Enumerable.Range(0, 2 * Offsets).Count(offset => offset >= front && !model.Contains(offset)),
            settled.OpenCount(2 * Offsets)
        );
    }
}
