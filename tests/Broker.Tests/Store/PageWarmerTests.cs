using Broker.Store.Log;
using Xunit;

namespace Broker.Tests.Store;

public sealed class PageWarmerTests : IDisposable
{
    const string Folder = "/log";
    const int SegmentBytes = 24 << 20;

    readonly ForgetfulFileSystem files = new();
    readonly SegmentList segments;
    readonly PageWarmer warmer;

    public PageWarmerTests()
    {
        files.CreateDirectory(Folder);
        segments = new SegmentList(files, Folder, SegmentBytes, 8);
        segments.AddNext();
        warmer = new PageWarmer(segments);
    }

    [Fact]
    public void Pages_in_front_of_the_log_are_asked_for_once_and_without_a_gap()
    {
        for (var position = 0L; position < 4 << 20; position += 300_000)
            warmer.Warm(position);
        var expected = (long)PageWarmer.GapBytes;
        foreach (var (path, position, length) in files.Prefetched)
        {
            Assert.Equal(Segment(0), path);
            Assert.Equal(expected, position);
            expected += length;
        }

        Assert.InRange(expected, (4 << 20) - 300_000 + PageWarmer.AheadBytes, SegmentBytes);
    }

    [Fact]
    public void A_log_that_has_caught_up_writes_the_next_pages_itself()
    {
        warmer.Warm(0);
        var behind = 20L << 20;
        files.Prefetched.Clear();
        warmer.Warm(behind);
        Assert.Equal(behind + PageWarmer.GapBytes, files.Prefetched[0].Position);
    }

    [Fact]
    public void Warming_goes_on_in_the_next_segment_and_ends_with_the_last()
    {
        segments.AddNext();
        warmer.Warm(SegmentBytes - (4 << 20));
        Assert.Equal((Segment(0), Segment(SegmentBytes)), (files.Prefetched[0].Path, files.Prefetched[^1].Path));
        warmer.Warm(2 * SegmentBytes - (4 << 20));
        var last = files.Prefetched[^1];
        Assert.Equal((Segment(SegmentBytes), (long)SegmentBytes), (last.Path, last.Position + last.Length));
    }

    [Fact]
    public void A_segment_that_was_filled_and_closed_meanwhile_is_left_alone()
    {
        segments.All[0].CloseWriter();
        warmer.Warm(0);
        Assert.Empty(files.Prefetched);
    }

    [Fact]
    public void The_thread_is_woken_when_enough_was_used_up()
    {
        var asked = 0;
        warmer.Ask = () => asked++;
        warmer.Reached(0);
        Assert.Equal(1, asked);
        warmer.Warm(0);
        warmer.Reached(1 << 19);
        Assert.Equal(1, asked);
        warmer.Reached(2 << 20);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void A_store_that_is_written_to_warms_what_comes_next()
    {
        using var store = new StoreUnderTest(change: _ =>
            StoreUnderTest.Options(background: true, segmentBytes: SegmentBytes)
        );
        store.Send("orders", 0, "some text");
        Assert.True(
            SpinWait.SpinUntil(() => store.Files.IsPrefetched(PageWarmer.AheadBytes), TimeSpan.FromSeconds(60)),
            "The log was written to, and its next pages were not asked for."
        );
    }

    public void Dispose() => segments.Dispose();

    static string Segment(long position) => Path.Combine(Folder, Broker.Store.Log.Segment.NameOf(position));
}
