using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pull;

public sealed class PullProcessorTests : BrokerTest
{
    [Fact]
    public async Task Messages_are_found_from_the_offset_on()
    {
        await FillAsync(5);
        var answer = await Target.PullAsync("orders", offset: 2);
        Assert.Equal((ResponseCode.Success, "FOUND"), (answer.Code, answer.Remark));
        Assert.Equal(["2", "3", "4"], Messages(answer).Select(m => m.Text));
        AssertOffsets(answer, next: 5, min: 0, max: 5);
    }

    [Theory]
    [InlineData(5, ResponseCode.PullNotFound, "OFFSET_OVERFLOW_ONE", 5)]
    [InlineData(50, ResponseCode.PullOffsetMoved, "OFFSET_OVERFLOW_BADLY", 5)]
    [InlineData(-5, ResponseCode.PullOffsetMoved, "OFFSET_TOO_SMALL", 0)]
    public async Task An_offset_outside_of_the_queue_is_corrected(
        long offset,
        ResponseCode code,
        string remark,
        long next
    )
    {
        await FillAsync(5);
        var answer = await Target.PullAsync("orders", offset);
        Assert.Equal((code, remark), (answer.Code, answer.Remark));
        AssertOffsets(answer, next, min: 0, max: 5);
    }

    [Theory]
    [InlineData(0, ResponseCode.PullNotFound)]
    [InlineData(5, ResponseCode.PullOffsetMoved)]
    public async Task A_queue_that_was_never_written_begins_at_0(long offset, ResponseCode code)
    {
        await FillAsync(1);
        var answer = await Target.PullAsync("orders", offset, queueId: 3);
        Assert.Equal((code, "NO_MESSAGE_IN_QUEUE"), (answer.Code, answer.Remark));
        AssertOffsets(answer, next: 0, min: 0, max: 0);
    }

    [Fact]
    public async Task Only_messages_with_a_wanted_tag_are_found()
    {
        for (var i = 0; i < 9; i++)
            await Target.SendAsync("orders", $"{i}", properties: $"TAGS=t{i % 3}");
        var answer = await Target.PullAsync("orders", 0, 0, "readers", ("subscription", "t0 || t2"));
        Assert.Equal(["0", "2", "3", "5", "6", "8"], Messages(answer).Select(m => m.Text));
        AssertOffsets(answer, next: 9, min: 0, max: 9);
    }

    [Fact]
    public async Task A_scan_without_a_match_goes_on_behind_what_it_saw()
    {
        await FillAsync(5);
        var answer = await Target.PullAsync("orders", 0, 0, "readers", ("subscription", "none"));
        Assert.Equal((ResponseCode.PullRetryImmediately, "NO_MATCHED_MESSAGE"), (answer.Code, answer.Remark));
        AssertOffsets(answer, next: 5, min: 0, max: 5);
    }

    [Fact]
    public async Task A_pull_never_exceeds_what_was_asked_for()
    {
        await FillAsync(50);
        Assert.Equal(7, Messages(await Target.PullAsync("orders", 0, 0, "readers", ("maxMsgNums", 7))).Count);
        Assert.Single(Messages(await Target.PullAsync("orders", 0, 0, "readers", ("maxMsgNums", 0))));
        Assert.Equal(32, Messages(await Target.PullAsync("orders", 0, 0, "readers", ("maxMsgNums", 1000))).Count);
    }

    [Fact]
    public async Task A_message_larger_than_the_limit_is_found_alone()
    {
        for (var i = 0; i < 3; i++)
            await Target.SendAsync("orders", new byte[1 << 20]);
        var answer = await Target.PullAsync("orders");
        Assert.Single(Messages(answer));
        AssertOffsets(answer, next: 1, min: 0, max: 3);
    }

    [Fact]
    public async Task Lite_pulls_are_pulls()
    {
        await FillAsync(1);
        var answer = await Target.Client.InvokeAsync(
            RequestCode.LitePullMessage,
            PullFields("orders"),
            default,
            Patience
        );
        Assert.Single(Messages(answer));
    }

    [Fact]
    public async Task A_topic_that_does_not_exist()
    {
        var answer = await Target.PullAsync("nope");
        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.StartsWith("topic[nope] not exist, apply first please!", answer.Remark);
    }

    [Fact]
    public async Task A_queue_that_the_topic_does_not_have()
    {
        await FillAsync(1);
        var answer = await Target.PullAsync("orders", queueId: 99);
        Assert.Equal(ResponseCode.InvalidParameter, answer.Code);
        Assert.StartsWith(
            "queueId[99] is illegal, topic:[orders] topicConfig.readQueueNums:[4] consumer:[",
            answer.Remark
        );
    }

    [Fact]
    public async Task A_topic_that_may_not_be_read()
    {
        await Target.CallAsync(
            RequestCode.UpdateAndCreateTopic,
            ("topic", "closed"),
            ("readQueueNums", 4),
            ("writeQueueNums", 4),
            ("perm", 2)
        );
        var answer = await Target.PullAsync("closed");
        Assert.Equal((ResponseCode.NoPermission, "3"), (answer.Code, answer.Fields["forbiddenType"]));
        Assert.Equal("the topic[closed] pulling message is forbidden", answer.Remark);
    }

    [Fact]
    public async Task A_broker_that_may_not_be_read()
    {
        BrokerConfig.TryChange(Target.Node.Options, [new("brokerPermission", "2")]);
        var answer = await Target.PullAsync("orders");
        Assert.Equal((ResponseCode.NoPermission, "1"), (answer.Code, answer.Fields["forbiddenType"]));
        Assert.Equal("the broker[127.0.0.1] pulling message is forbidden", answer.Remark);
    }

    [Theory]
    [InlineData("||", "TAG", ResponseCode.SubscriptionParseFailed, "parse the consumer's subscription failed")]
    [InlineData(
        "a = 1",
        "SQL92",
        ResponseCode.SystemError,
        "The broker does not support consumer to filter message by SQL92"
    )]
    public async Task A_subscription_that_cannot_be_used(
        string subscription,
        string type,
        ResponseCode code,
        string remark
    )
    {
        await Target.ConfigureAsync("enablePropertyFilter=false");
        await FillAsync(1);
        var answer = await Target.PullAsync(
            "orders",
            0,
            0,
            "readers",
            ("subscription", subscription),
            ("expressionType", type)
        );
        Assert.Equal((code, remark), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task Missing_fields_are_named()
    {
        var answer = await Target.CallAsync(RequestCode.PullMessage, ("topic", "orders"));
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("consumerGroup", answer.Remark);
    }

    async Task FillAsync(int count)
    {
        for (var i = 0; i < count; i++)
            Assert.Equal(ResponseCode.Success, (await Target.SendAsync("orders", $"{i}")).Code);
    }

    static void AssertOffsets(RemotingResponse answer, long next, long min, long max)
    {
        Assert.Equal(next, answer.Long("nextBeginOffset"));
        Assert.Equal(min, answer.Long("minOffset"));
        Assert.Equal(max, answer.Long("maxOffset"));
        Assert.Equal("0", answer.Fields["suggestWhichBrokerId"]);
    }
}
