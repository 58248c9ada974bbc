using System.Text;
using Broker.Core.Send;
using Broker.Protocol.Messages;
using Xunit;

namespace Broker.Tests.Core.Send;

public sealed class SentPropertiesTests
{
    [Fact]
    public void Ordinary_properties_are_stored_as_they_came()
    {
        var sent = SentProperties.Scan(Stored("KEYS=k TAGS=t UNIQ_KEY=ABC WAIT=true"));
        Assert.False(sent.NeedsRewrite);
        Assert.Equal("ABC"u8, sent.UniqueKey);
        Assert.Equal(0, sent.DelayLevel);
    }

    [Fact]
    public void A_missing_last_separator_is_no_reason_to_rewrite() =>
        Assert.False(SentProperties.Scan(Stored("TAGS=t").AsSpan()[..^1]).NeedsRewrite);

    [Theory]
    [InlineData("CLUSTER=other")]
    [InlineData("MSG_REGION=r")]
    [InlineData("TRACE_ON=false")]
    [InlineData("POP_CK=x")]
    public void What_only_the_broker_writes_is_taken_out(string foreign)
    {
        var properties = Stored($"TAGS=t {foreign} KEYS=k");
        Assert.True(SentProperties.Scan(properties).NeedsRewrite);
        Assert.Equal("TAGS=t KEYS=k", Rewritten(properties));
    }

    [Theory]
    [InlineData("A=")]
    [InlineData("=b")]
    [InlineData("")]
    public void A_pair_that_nobody_could_read_is_taken_out(string pair)
    {
        var properties = Stored($"TAGS=t {pair} KEYS=k");
        Assert.True(SentProperties.Scan(properties).NeedsRewrite);
        Assert.Equal("TAGS=t KEYS=k", Rewritten(properties));
    }

    [Theory]
    [InlineData("DELAY=3", 3)]
    [InlineData("DELAY=99", 99)]
    [InlineData("DELAY=x", 0)]
    public void The_delay_level_is_found(string property, int level) =>
        Assert.Equal(level, SentProperties.Scan(Stored(property)).DelayLevel);

    [Theory]
    [InlineData("TIMER_DELAY_SEC=1")]
    [InlineData("TIMER_DELAY_MS=1")]
    [InlineData("TIMER_DELIVER_MS=1")]
    [InlineData("__STARTDELIVERTIME=1")]
    public void A_time_of_delivery_is_found(string property) =>
        Assert.True(SentProperties.Scan(Stored(property)).IsTimed);

    [Fact]
    public void A_delay_level_overrules_times_of_delivery()
    {
        var properties = Stored("TIMER_DELAY_SEC=1 TAGS=t DELAY=2 TIMER_DELIVER_MS=1");
        Assert.False(SentProperties.Scan(properties).IsTimed);
        Assert.Equal("TAGS=t DELAY=2", Rewritten(properties));
    }

    [Fact]
    public void What_waited_already_does_not_wait_again() =>
        Assert.False(SentProperties.Scan(Stored("TIMER_DELAY_SEC=1 TIMER_OUT_MS=5")).IsTimed);

    [Fact]
    public void The_half_of_a_transaction_is_found() =>
        Assert.True(SentProperties.Scan(Stored("TRAN_MSG=TRUE")).IsPrepared);

    static byte[] Stored(string pairs) =>
        Encoding.UTF8.GetBytes(string.Concat(pairs.Split(' ').Select(p => p.Replace('=', '\u0001') + '\u0002')));

    static string Rewritten(byte[] properties)
    {
        var writer = new PropertiesWriter(stackalloc byte[256]);
        SentProperties.Scan(properties).Rewrite(properties, ref writer);
        return Encoding.UTF8.GetString(writer.Written).Replace('\u0001', '=').Replace('\u0002', ' ').TrimEnd();
    }
}
