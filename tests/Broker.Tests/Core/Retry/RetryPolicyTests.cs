using Broker.Core.Retry;
using Xunit;

namespace Broker.Tests.Core.Retry;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(0, 3)] // 10 s
    [InlineData(15, 18)] // 2 h, the last level
    public void The_broker_chooses_a_longer_wait_each_time(int reconsumeTimes, int level) =>
        Assert.Equal(RetryDecision.After(level), RetryPolicy.Decide(maxRetries: 16, reconsumeTimes, requestedLevel: 0));

    [Fact]
    public void The_consumer_may_choose_the_wait() =>
        Assert.Equal(RetryDecision.After(1), RetryPolicy.Decide(maxRetries: 16, reconsumeTimes: 5, requestedLevel: 1));

    [Theory]
    [InlineData(16, 0)]
    [InlineData(17, 4)]
    [InlineData(0, -1)]
    public void The_last_try_or_the_consumers_wish_leads_to_the_dead_letters(int reconsumeTimes, int requestedLevel) =>
        Assert.Equal(RetryDecision.DeadLetter, RetryPolicy.Decide(maxRetries: 16, reconsumeTimes, requestedLevel));

    [Fact]
    public void A_client_that_sends_to_its_retry_topic_itself_has_counted_already()
    {
        Assert.False(RetryPolicy.IsSpent(maxRetries: 16, reconsumeTimes: 16));
        Assert.True(RetryPolicy.IsSpent(maxRetries: 16, reconsumeTimes: 17));
    }
}
