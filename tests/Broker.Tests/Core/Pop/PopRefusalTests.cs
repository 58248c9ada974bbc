using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.Pop.PopBroker;

namespace Broker.Tests.Core.Pop;

public sealed class PopRefusalTests : PopTest
{
    public static TheoryData<RequestCode> Readers =>
        [RequestCode.PopMessage, RequestCode.PeekMessage, RequestCode.Notification, RequestCode.PollingInfo];

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_missing_topic_is_answered_with_17(RequestCode code)
    {
        var answer = await ReadAsync(code, ("topic", "nobody"));
        Assert.Equal(ResponseCode.TopicNotExist, answer.Code);
        Assert.StartsWith(
            "topic[nobody] not exist, apply first please! \nSee ",
            answer.Remark,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_topic_that_may_not_be_read_is_answered_with_16(RequestCode code)
    {
        await _broker.CreateTopicAsync("closed", queues: 1, perm: 2);
        var answer = await ReadAsync(code, ("topic", "closed"));
        Assert.Equal(
            (ResponseCode.NoPermission, "the topic[closed] peeking message is forbidden"),
            (answer.Code, answer.Remark)
        );
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_broker_that_may_not_be_read_is_answered_with_16(RequestCode code)
    {
        await _broker.Client.InvokeAsync(
            RequestCode.UpdateBrokerConfig,
            new Broker.Protocol.Headers.FieldList(),
            "brokerPermission=2"u8.ToArray(),
            TestBroker.Patience
        );
        var answer = await ReadAsync(code);
        Assert.Equal(ResponseCode.NoPermission, answer.Code);
        var verb = code == RequestCode.PopMessage ? "pop" : "peeking";
        Assert.Equal($"the broker[127.0.0.1] {verb} message is forbidden", answer.Remark);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_queue_that_the_topic_does_not_have_is_answered_with_29(RequestCode code)
    {
        var answer = await ReadAsync(code, ("queueId", 1));
        Assert.Equal(ResponseCode.InvalidParameter, answer.Code);
        Assert.StartsWith(
            "queueId[1] is illegal, topic:[orders] topicConfig.readQueueNums:[1] consumer:[/127.0.0.1:",
            answer.Remark,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_group_that_may_not_be_made_is_answered_with_26(RequestCode code)
    {
        await using var broker = await PopBroker.StartAsync(("autoCreateSubscriptionGroup", "false"));
        var answer = await ReadAsync(broker, code);
        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, answer.Code);
        Assert.StartsWith(
            "subscription group [poppers] does not exist, \nSee ",
            answer.Remark,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_group_that_must_not_consume_is_answered_with_16(RequestCode code)
    {
        await _broker.Client.InvokeAsync(
            RequestCode.UpdateAndCreateSubscriptionGroup,
            new Broker.Protocol.Headers.FieldList(),
            "{\"groupName\":\"poppers\",\"consumeEnable\":false}"u8.ToArray(),
            TestBroker.Patience
        );
        var answer = await ReadAsync(code);
        Assert.Equal(
            (ResponseCode.NoPermission, "subscription group no permission, poppers"),
            (answer.Code, answer.Remark)
        );
    }

    [Theory]
    [MemberData(nameof(Readers))]
    [InlineData(RequestCode.AckMessage)]
    [InlineData(RequestCode.ChangeMessageInvisibleTime)]
    public async Task A_missing_field_is_answered_with_1(RequestCode code)
    {
        var answer = await _broker.Broker.CallAsync(code, ("topic", Topic));
        Assert.Equal(
            (ResponseCode.SystemError, "the custom field <consumerGroup> is null"),
            (answer.Code, answer.Remark)
        );
    }

    [Fact]
    public async Task More_than_32_messages_are_refused_with_29()
    {
        var answer = await _broker.PopAsync(("maxMsgNums", 33));
        Assert.Equal(
            (ResponseCode.InvalidParameter, "the broker[127.0.0.1] pop message's num is greater than 32"),
            (answer.Code, answer.Remark)
        );
    }

    [Fact]
    public async Task A_request_that_is_long_over_is_answered_with_210()
    {
        var answer = await _broker.PopAsync(("bornTime", _broker.Now - 501));
        Assert.Equal(
            (ResponseCode.PollingTimeout, "the broker[127.0.0.1] pop message is timeout too much"),
            (answer.Code, answer.Remark)
        );
    }

    [Fact]
    public async Task An_expression_that_means_nothing_is_answered_with_23()
    {
        var answer = await _broker.PopAsync(("exp", "||"), ("expType", "TAG"));
        Assert.Equal(
            (ResponseCode.SubscriptionParseFailed, "parse the consumer's subscription failed"),
            (answer.Code, answer.Remark)
        );
    }

    [Theory]
    [InlineData(RequestCode.AckMessage)]
    [InlineData(RequestCode.ChangeMessageInvisibleTime)]
    public async Task A_missing_topic_is_answered_with_17_and_a_missing_queue_with_13(RequestCode code)
    {
        Assert.Equal(ResponseCode.TopicNotExist, (await AckAsync(code, topic: "nobody")).Code);
        var answer = await AckAsync(code, queueId: 1);
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.StartsWith("queueId[1] is illegal", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acknowledgement_beyond_the_queue_is_answered_with_208()
    {
        await _broker.SendAsync("a");
        var answer = await AckAsync(RequestCode.AckMessage, offset: 2);
        Assert.Equal(
            (ResponseCode.NoMessage, "offset is illegal, key:orders@0, commit:2, store:0~1"),
            (answer.Code, answer.Remark)
        );
        Assert.Equal(ResponseCode.NoMessage, (await AckAsync(RequestCode.ChangeMessageInvisibleTime, offset: 1)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2 3")]
    [InlineData("a 1 1 0 0 broker-a 0 0")]
    [InlineData("0 1 1 1000 0 broker-a 0 0")]
    [InlineData("0 1 1 0 0 broker-a 0 0 0 0 0 0 0 0 0")]
    public async Task What_is_no_handle_is_answered_with_1(string handle)
    {
        await _broker.SendAsync("a");
        Assert.Equal(ResponseCode.SystemError, (await AckAsync(RequestCode.AckMessage, handle: handle)).Code);
        Assert.Equal(
            ResponseCode.SystemError,
            (await AckAsync(RequestCode.ChangeMessageInvisibleTime, handle: handle)).Code
        );
    }

    [Fact]
    public async Task An_acknowledgement_that_comes_too_late_is_accepted_and_changes_nothing()
    {
        await _broker.SendAsync("a");
        Assert.Equal(ResponseCode.Success, (await AckAsync(RequestCode.AckMessage)).Code);
        await _broker.TakeAsync(["a"]);
    }

    Task<RemotingResponse> AckAsync(
        RequestCode code,
        string topic = Topic,
        int queueId = 0,
        long offset = 0,
        string handle = "0 1 1000 0 0 broker-a 0 0"
    ) =>
        _broker.Broker.CallAsync(
            code,
            ("consumerGroup", Group),
            ("topic", topic),
            ("queueId", queueId),
            ("extraInfo", handle),
            ("offset", offset),
            ("invisibleTime", 1000)
        );

    Task<RemotingResponse> ReadAsync(RequestCode code, params (string, object)[] other) =>
        ReadAsync(_broker, code, other);

    static Task<RemotingResponse> ReadAsync(PopBroker broker, RequestCode code, params (string, object)[] other) =>
        broker.Broker.CallAsync(
            code,
            [
                ("consumerGroup", Group),
                ("topic", Topic),
                ("queueId", 0),
                ("maxMsgNums", 1),
                ("invisibleTime", 1000),
                ("pollTime", 0),
                ("bornTime", 0),
                ("initMode", 0),
                .. other,
            ]
        );
}
