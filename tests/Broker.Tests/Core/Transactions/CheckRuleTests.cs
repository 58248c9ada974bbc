using Broker.Core.Configuration;
using Broker.Core.Transactions;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Core.Transactions;

public sealed class CheckRuleTests
{
    const long Now = 1_700_000_000_000;
    const long Hour = 3_600_000;

    [Theory]
    // Without a wish of its producer's: 6 s.
    [InlineData(0, "", CheckVerdict.Stop)]
    [InlineData(5_999, "", CheckVerdict.Stop)]
    [InlineData(6_000, "", CheckVerdict.Ask)]
    // A clock that is ahead.
    [InlineData(-5_000, "", CheckVerdict.Ask)]
    // With one.
    [InlineData(5_999, "CHECK_IMMUNITY_TIME_IN_SECONDS=1", CheckVerdict.Ask)]
    [InlineData(59_999, "CHECK_IMMUNITY_TIME_IN_SECONDS=60", CheckVerdict.Skip)]
    [InlineData(60_000, "CHECK_IMMUNITY_TIME_IN_SECONDS=60", CheckVerdict.Ask)]
    [InlineData(5_999, "CHECK_IMMUNITY_TIME_IN_SECONDS=-1", CheckVerdict.Skip)]
    [InlineData(6_000, "CHECK_IMMUNITY_TIME_IN_SECONDS=-1", CheckVerdict.Ask)]
    [InlineData(6_000, "CHECK_IMMUNITY_TIME_IN_SECONDS=x", CheckVerdict.Ask)]
    // Often enough, and long enough; but each is asked about once.
    [InlineData(60_000, "TRANSACTION_CHECK_TIMES=14", CheckVerdict.Ask)]
    [InlineData(60_000, "TRANSACTION_CHECK_TIMES=15", CheckVerdict.GiveUp)]
    [InlineData(72 * Hour, "TRANSACTION_CHECK_TIMES=1", CheckVerdict.Ask)]
    [InlineData(72 * Hour + 1, "TRANSACTION_CHECK_TIMES=1", CheckVerdict.GiveUp)]
    [InlineData(99 * Hour, "", CheckVerdict.Ask)]
    internal void What_is_done_depends_on_age_wish_and_checks(long age, string properties, CheckVerdict verdict) =>
        Assert.Equal(verdict, Decide(age, stored: age, properties));

    [Fact]
    public void A_clock_that_is_ahead_does_not_make_immune_for_ever() =>
        Assert.Equal(CheckVerdict.Ask, Decide(-Hour, stored: 61_000, "CHECK_IMMUNITY_TIME_IN_SECONDS=60"));

    static CheckVerdict Decide(long age, long stored, string properties)
    {
        var target = new byte[512];
        MessageEncoder.Encode(
            new MessageParts
            {
                Topic = "RMQ_SYS_TRANS_HALF_TOPIC"u8,
                Body = "b"u8,
                Properties = System.Text.Encoding.ASCII.GetBytes(TestBroker.Properties(properties)),
                BornHost = new byte[8],
                StoreHost = new byte[8],
                BornTimestamp = Now - age,
                StoreTimestamp = Now - stored,
            },
            target
        );
        Assert.Equal(MessageProblem.None, MessageView.Read(target, out var half));
        return CheckRule.Decide(new BrokerOptions(), half, Now);
    }
}
