using Broker.Replication;
using Xunit;

namespace Broker.Tests.Replication;

public sealed class LeaseSilenceTests
{
    static readonly LeaseState Lease = new()
    {
        ResourceVersion = "1",
        Holder = "a",
        RenewTime = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Equal_reads_over_the_whole_duration_are_silence() => Assert.True(ReadEvery(4, until: 16).HasLasted(15));

    [Fact]
    public void Less_than_the_duration_is_not() => Assert.False(ReadEvery(4, until: 12).HasLasted(15));

    [Fact]
    public void A_gap_in_reading_starts_the_count_anew() =>
        Assert.False(Observe(ReadEvery(4, until: 12), Lease, 18).HasLasted(15));

    [Theory]
    [InlineData("b", 0)]
    [InlineData("a", 1)]
    public void Another_holder_or_renewal_starts_the_count_anew(string holder, int renewedAt)
    {
        var changed = Lease with { Holder = holder, RenewTime = DateTimeOffset.UnixEpoch.AddSeconds(renewedAt) };
        var silence = Observe(Observe(ReadEvery(4, until: 12), changed, 14), changed, 18);
        Assert.False(silence.HasLasted(15));
    }

    [Fact]
    public void Only_the_time_between_an_answer_and_a_later_question_is_proved()
    {
        var silence = default(LeaseSilence).Observe(Lease, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        silence = silence.Observe(Lease, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(9));
        Assert.False(silence.HasLasted(2));
        Assert.True(silence.HasLasted(1));
    }

    static LeaseSilence ReadEvery(int seconds, int until)
    {
        var silence = default(LeaseSilence);
        for (var at = 0; at <= until; at += seconds)
            silence = Observe(silence, Lease, at);
        return silence;
    }

    static LeaseSilence Observe(LeaseSilence silence, LeaseState lease, int at) =>
        silence.Observe(lease, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(at));
}
