using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

public sealed class ConsumerRelayTests : BrokerTest
{
    [Fact]
    public async Task What_a_consumer_tells_of_itself_is_passed_on_as_it_came()
    {
        const string Info = "{\"mqTable\":{{\"queueId\":0}:{\"locked\":true}},\"jstack\":\"main\"}";
        var consumer = new AnsweringClient().With(RequestCode.GetConsumerRunningInfo, Info);
        await using var client = await consumer.JoinAsync(Target, "c1", "readers", "orders");
        var answer = await InfoAsync("c1");
        Assert.Equal((ResponseCode.Success, Info), (answer.Code, Text(answer)));
        var (_, fields, _) = await consumer.AwaitAsync(RequestCode.GetConsumerRunningInfo);
        Assert.Equal(("readers", "c1", "true"), (fields["consumerGroup"], fields["clientId"], fields["jstackEnable"]));
    }

    [Fact]
    public async Task A_consumers_refusal_is_passed_on_too()
    {
        var consumer = new AnsweringClient().With(RequestCode.GetConsumerRunningInfo, "", ResponseCode.NoPermission);
        await using var client = await consumer.JoinAsync(Target, "c1", "readers", "orders");
        Assert.Equal(ResponseCode.NoPermission, (await InfoAsync("c1")).Code);
    }

    [Fact]
    public async Task A_consumer_that_is_not_there_cannot_be_asked()
    {
        var nobody = await InfoAsync("c1");
        Assert.Equal(
            (ResponseCode.SystemError, "The Consumer <readers> <c1> not online"),
            (nobody.Code, nobody.Remark)
        );
        var missing = await Target.CallAsync(RequestCode.GetConsumerRunningInfo, ("clientId", "c1"));
        Assert.Equal("the custom field <consumerGroup> is null", missing.Remark);
    }

    [Fact]
    public async Task A_consumer_that_hangs_up_instead_of_answering_is_told_so()
    {
        var consumer = new AnsweringClient().With(RequestCode.GetConsumerRunningInfo, body: null);
        var client = await consumer.JoinAsync(Target, "c1", "readers", "orders");
        var asked = InfoAsync("c1");
        await consumer.AwaitAsync(RequestCode.GetConsumerRunningInfo);
        await client.DisposeAsync();
        var answer = await asked;
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.StartsWith("invoke consumer <readers> <c1> Exception:", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_from_before_the_feature_is_not_asked()
    {
        using var old = await RawClient.ConnectAsync(Target.Running.BrokerAddress!);
        await old.SendAsync(
            RawClient.Frame(
                SerializeType.Json,
                (int)RequestCode.HeartBeat,
                body: Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")).ToJson(),
                version: 20
            )
        );
        await old.ReceiveAsync();
        var answer = await InfoAsync("c1");
        Assert.Equal("the client c1 does not support this feature. version=20", answer.Remark);
        Assert.Equal(ResponseCode.SystemError, (await StatusAsync()).Code);
    }

    [Fact]
    public async Task A_message_is_handed_to_one_consumer_with_what_it_needs_to_consume_it()
    {
        var sent = await Target.SendAsync("orders", "body");
        var consumer = new AnsweringClient().With(
            RequestCode.ConsumeMessageDirectly,
            "{\"consumeResult\":\"CR_LATER\"}"
        );
        await using var client = await consumer.JoinAsync(Target, "c1", "readers", "orders");
        var answer = await DirectAsync("c1", sent.Fields["msgId"]);
        Assert.Equal("{\"consumeResult\":\"CR_LATER\"}", Text(answer));
        var (_, fields, body) = await consumer.AwaitAsync(RequestCode.ConsumeMessageDirectly);
        Assert.Equal(("broker-a", "0", "0"), (fields["brokerName"], fields["groupSysFlag"], fields["topicSysFlag"]));
        Assert.Equal("body", Assert.Single(PulledMessage.All(body)).Text);
    }

    [Theory]
    [InlineData("xx", "xx is not the id of a message: 32 or 56 hexadecimal digits")]
    [InlineData("7F00000100002A9F00000000000009B2", "can not find message by the offset, 2482")]
    public async Task A_message_that_is_not_there_cannot_be_consumed(string id, string remark)
    {
        var consumer = new AnsweringClient().With(RequestCode.ConsumeMessageDirectly, "");
        await using var client = await consumer.JoinAsync(Target, "c1", "readers", "orders");
        var answer = await DirectAsync("c1", id);
        Assert.Equal((ResponseCode.SystemError, remark), (answer.Code, answer.Remark));
        Assert.Empty(consumer.Asked);
    }

    [Fact]
    public async Task How_far_members_are_by_their_own_account_is_gathered()
    {
        var nobody = await StatusAsync();
        Assert.Equal(
            (ResponseCode.SystemError, "No Any Consumer online in the consumer group: [readers]"),
            (nobody.Code, nobody.Remark)
        );
        const string Queue = "{\"brokerName\":\"broker-a\",\"queueId\":0,\"topic\":\"orders\"}";
        var first = new AnsweringClient().With(
            RequestCode.GetConsumerStatusFromClient,
            $"{{\"messageQueueTable\":{{{Queue}:7}}}}"
        );
        var second = new AnsweringClient().With(RequestCode.GetConsumerStatusFromClient, "", ResponseCode.SystemError);
        await using var one = await first.JoinAsync(Target, "c1", "readers", "orders");
        await using var two = await second.JoinAsync(Target, "c2", "readers", "orders");
        var expected = $"{{\"consumerTable\":{{\"c1\":{{{Queue}:7}}}},\"messageQueueTable\":{{}}}}";
        Assert.Equal(expected, Text(await StatusAsync()));
        Assert.Equal(expected, Text(await StatusAsync(("clientAddr", "c1"))));
        var other = await StatusAsync(("clientAddr", "c9"));
        Assert.Equal("{\"consumerTable\":{},\"messageQueueTable\":{}}", Text(other));
    }

    Task<RemotingResponse> InfoAsync(string clientId) =>
        Target.CallAsync(
            RequestCode.GetConsumerRunningInfo,
            ("consumerGroup", "readers"),
            ("clientId", clientId),
            ("jstackEnable", "true")
        );

    Task<RemotingResponse> DirectAsync(string clientId, string messageId) =>
        Target.CallAsync(
            RequestCode.ConsumeMessageDirectly,
            ("consumerGroup", "readers"),
            ("clientId", clientId),
            ("msgId", messageId),
            ("topic", "orders"),
            ("brokerName", "elsewhere")
        );

    Task<RemotingResponse> StatusAsync(params (string, object)[] fields) =>
        Target.CallAsync(
            RequestCode.InvokeBrokerToGetConsumerStatus,
            [("topic", "orders"), ("group", "readers"), .. fields]
        );

    static string Text(RemotingResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
