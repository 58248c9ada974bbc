using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Tests.Core.Groups;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Refused;

/// <summary>Refusals that one request each is answered with.</summary>
public sealed class OtherRefusalTests : RefusalTest
{
    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_list_with_an_illegal_topic_changes_none(SerializeType type)
    {
        var answer = await ListAsync(type, RequestCode.UpdateAndCreateTopicList, "topic");
        Assert.Equal(ResponseCode.InvalidParameter, (ResponseCode)answer.Header.Code);
        Assert.False(Target.Node.Topics.TryGet("good", out _));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_list_with_an_illegal_group_changes_none(SerializeType type)
    {
        var answer = await ListAsync(type, RequestCode.UpdateAndCreateSubscriptionGroupList, "group");
        Assert.Equal(ResponseCode.InvalidParameter, (ResponseCode)answer.Header.Code);
        Assert.False(Target.Node.Groups.TryGet("good"u8, out _));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_recall_from_a_topic_that_does_not_exist(SerializeType type)
    {
        await Target.ConfigureAsync("recallMessageEnable=true");
        var answer = await Target.AskAsync(
            type,
            RequestCode.RecallMessage,
            [("topic", "absent"), ("recallHandle", "x"), ("producerGroup", "p")]
        );
        AssertAnswer(ResponseCode.TopicNotExist, "recall failed, the topic[absent] not exist", answer);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_message_sent_back_to_a_broker_that_may_not_be_written(SerializeType type)
    {
        await Target.ConfigureAsync("brokerPermission=4");
        await Target.PullAsync("TBW102");
        var answer = await Target.AskAsync(type, RequestCode.ConsumerSendMsgBack, SentBack);
        AssertAnswer(ResponseCode.NoPermission, "the broker sending message is forbidden", answer);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_namespace_of_keys_that_a_name_server_does_not_know(SerializeType type)
    {
        using var client = await RawClient.ConnectAsync(Target.Running.NameServerAddress!);
        var fields = new FieldList { { "namespace", "nothing" } };
        await client.SendAsync(RawClient.Frame(type, (int)RequestCode.GetKvListByNamespace, fields: fields));
        var answer = await client.ReceiveAsync();
        AssertAnswer(ResponseCode.QueryNotFound, "No config item, Namespace: nothing", answer);
    }

    [Theory]
    [InlineData(RequestCode.GetConsumerRunningInfo)]
    [InlineData(RequestCode.ConsumeMessageDirectly)]
    public async Task A_consumer_that_does_not_answer_within_ten_seconds_is_207(RequestCode code)
    {
        var time = new SteppedTime();
        using var folder = new TestFolder();
        await using var broker = await TestBroker.StartAsync(folder.Path, time);
        var sent = await broker.SendAsync("orders", "body");
        var consumer = new AnsweringClient().With(code, body: null);
        await using var client = await consumer.JoinAsync(broker, "c1", "readers", "orders");
        var asked = broker.AskAsync(
            SerializeType.Json,
            code,
            [("consumerGroup", "readers"), ("clientId", "c1"), ("msgId", sent.Fields["msgId"])]
        );
        await consumer.AwaitAsync(code);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(asked.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var answer = await asked;
        Assert.Equal(ResponseCode.ConsumeMsgTimeout, (ResponseCode)answer.Header.Code);
        Assert.StartsWith("consumer <readers> <c1> Timeout: ", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pop_with_an_expression_is_filtered_though_filters_are_off()
    {
        await Target.ConfigureAsync("enablePropertyFilter=false");
        await Target.SendAsync("orders", "cheap", properties: "price=1");
        await Target.SendAsync("orders", "dear", properties: "price=7");
        var answer = await Target.AskAsync(
            SerializeType.Json,
            RequestCode.PopMessage,
            [
                ("consumerGroup", "readers"),
                ("topic", "orders"),
                ("queueId", 0),
                ("maxMsgNums", 32),
                ("invisibleTime", 60_000),
                ("pollTime", 0),
                ("bornTime", 0),
                ("initMode", 0),
                ("expType", "SQL92"),
                ("exp", "price > 6"),
            ]
        );
        Assert.Equal("dear", Assert.Single(PulledMessage.All(answer.Body)).Text);
        var pulled = await Target.PullAsync("orders", 0, 0, "readers", ("expressionType", "SQL92"));
        Assert.Equal(
            (ResponseCode.SystemError, "The broker does not support consumer to filter message by SQL92"),
            (pulled.Code, pulled.Remark)
        );
    }

    /// <summary>Two names, the second of them illegal.</summary>
    Task<RawFrame> ListAsync(SerializeType type, RequestCode code, string kind)
    {
        var body = $$"""{"{{kind}}ConfigList":[{"{{kind}}Name":"good"},{"{{kind}}Name":"no good"}]}""";
        return Target.AskAsync(type, code, [], Encoding.UTF8.GetBytes(body));
    }
}
