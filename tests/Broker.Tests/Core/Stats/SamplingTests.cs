using Broker.Core.Stats;
using Broker.Store;
using Xunit;

namespace Broker.Tests.Core.Stats;

public sealed class SamplingTests
{
    readonly Traffic _traffic = new();

    [Fact]
    public void A_new_counter_has_a_rate_with_its_first_sample()
    {
        var sampler = new TrafficSampler(() => [_traffic]);
        _traffic.Add(20, 200);
        sampler.Beat(0);
        Assert.Equal(2, _traffic.Minute.MessagesPerSecond());
        Assert.Equal(0, _traffic.Hour.MessagesPerSecond());
    }

    [Fact]
    public void Minute_hour_and_day_are_sampled_at_their_own_beat_and_forget_what_is_older()
    {
        var sampler = new TrafficSampler(() => [_traffic]);
        for (var second = 0; second <= 2 * 24 * 3600; second++)
        {
            _traffic.Add(1, 1);
            sampler.Beat(second * 1000L);
        }
        Assert.Equal((60_000, 60), Span(_traffic.Minute));
        Assert.Equal((3_600_000, 3_600), Span(_traffic.Hour));
        Assert.Equal((86_400_000, 86_400), Span(_traffic.Day));
    }

    [Fact]
    public void After_a_pause_there_is_one_sample_and_not_all_that_were_missed()
    {
        var sampler = new TrafficSampler(() => [_traffic]);
        sampler.Beat(0);
        sampler.Beat(3_600_000);
        sampler.Beat(3_601_000);
        Assert.Equal((3_610_000, 0), Span(_traffic.Minute));
    }

    [Fact]
    public void Times_of_appends_are_told_by_the_bounds_of_the_reference()
    {
        var times = new PutTimes();
        for (var ms = 1; ms <= 100; ms++)
            times.Add(nowMs: 0, tookMs: ms, messages: 1);
        times.Add(nowMs: 0, tookMs: 20_000, messages: 2);
        Assert.StartsWith("[<=0ms]:0 [0~10ms]:10 [10~50ms]:40 [50~100ms]:50 [100~200ms]:0 ", times.Table(0));
        Assert.EndsWith("[5~10s]:0 [10s~]:2 ", times.Table(0));
        Assert.Equal((52, 20_000), (times.Percentile(0.5, 0) is 52 or 55 ? 52 : -1, times.Percentile(0.999, 0)));
        Assert.Equal(20_000, times.LongestMs);
    }

    [Fact]
    public void Times_of_appends_count_for_this_minute_and_the_one_before()
    {
        var times = new PutTimes();
        times.Add(nowMs: 0, tookMs: 5, messages: 1);
        Assert.Contains("[0~10ms]:1 ", times.Table(119_999), StringComparison.Ordinal);
        Assert.Contains("[0~10ms]:0 ", times.Table(120_000), StringComparison.Ordinal);
        Assert.Equal(0, times.Percentile(0.99, 120_000));
    }

    static (long Ms, long Messages) Span(SampleRing ring)
    {
        var (oldest, newest) = ring.Ends();
        return (newest.TimeMs - oldest.TimeMs, newest.Messages - oldest.Messages);
    }
}
