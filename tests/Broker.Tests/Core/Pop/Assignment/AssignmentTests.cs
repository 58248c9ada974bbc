using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Pop.Assignment;

public sealed class AssignmentTests : BrokerTest
{
    const string Pop = """{"consumerGroup":"g","mode":"POP","popShareQueueNum":0,"topic":"orders"}""";

    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        await Target.SendAsync("orders", "first");
    }

    [Fact]
    public async Task A_member_gets_its_share_of_all_queues()
    {
        await HeartbeatAsync();
        var queues = Enumerable.Range(0, 4).Select(id => Assigned(id, "PULL"));
        Assert.Equal($$"""{"messageQueueAssignments":[{{string.Join(',', queues)}}]}""", await QueryAsync());
    }

    [Fact]
    public async Task A_popper_gets_all_queues_as_one_and_still_after_a_restart()
    {
        var expected = $$"""{"messageQueueAssignments":[{{Assigned(-1, "POP")}}]}""";
        Assert.Equal(ResponseCode.Success, (await SetAsync(Pop)).Code);
        await HeartbeatAsync();
        Assert.Equal(expected, await QueryAsync());
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
        await HeartbeatAsync();
        Assert.Equal(expected, await QueryAsync());
        var all = await Target.CallAsync(RequestCode.GetAllMessageRequestMode);
        Assert.Equal(
            "{\"messageRequestModeMap\":{\"orders\":{\"g\":" + Pop + "}}}",
            Encoding.UTF8.GetString(all.Body.Span)
        );
    }

    [Fact]
    public async Task Of_a_broadcast_everybody_gets_everything()
    {
        Assert.Equal(4, (await QueryAsync(model: "BROADCASTING")).Split("queueId").Length - 1);
    }

    [Theory]
    [InlineData("orders", "unknown")]
    [InlineData("nobody", "AVG")]
    public async Task When_nothing_can_be_said_the_body_is_empty(string topic, string strategy)
    {
        await HeartbeatAsync();
        Assert.Equal("{}", await QueryAsync(topic, strategy));
    }

    [Theory]
    [InlineData("""{"consumerGroup":"g","mode":"POP","topic":"%RETRY%g"}""", ResponseCode.NoPermission)]
    [InlineData("""{"consumerGroup":"g","mode":"OTHER","topic":"orders"}""", ResponseCode.InvalidParameter)]
    [InlineData("""{"mode":"POP","topic":"orders"}""", ResponseCode.InvalidParameter)]
    [InlineData("not JSON", ResponseCode.SystemError)]
    public async Task What_cannot_be_set_is_refused(string body, ResponseCode expected) =>
        Assert.Equal(expected, (await SetAsync(body)).Code);

    [Fact]
    public async Task A_question_without_a_topic_is_refused() =>
        Assert.Equal(ResponseCode.InvalidParameter, (await CallAsync(RequestCode.QueryAssignment, "{}")).Code);

    static string Assigned(int queueId, string mode) =>
        "{\"messageQueue\":{\"brokerName\":\"broker-a\",\"queueId\":"
        + queueId
        + ",\"topic\":\"orders\"},\"mode\":\""
        + mode
        + "\"}";

    async Task<string> QueryAsync(string topic = "orders", string strategy = "AVG", string model = "CLUSTERING")
    {
        var answer = await CallAsync(
            RequestCode.QueryAssignment,
            $$"""
            {"clientId":"c","consumerGroup":"g","messageModel":"{{model}}","strategyName":"{{strategy}}",
            "topic":"{{topic}}"}
            """
        );
        return Encoding.UTF8.GetString(answer.EnsureSuccess().Body.Span);
    }

    Task<RemotingResponse> SetAsync(string body) => CallAsync(RequestCode.SetMessageRequestMode, body);

    async Task HeartbeatAsync() =>
        (
            await CallAsync(
                RequestCode.HeartBeat,
                """
                {"clientID":"c","producerDataSet":[],"consumerDataSet":[{"groupName":"g","consumeType":"CONSUME_POP",
                "messageModel":"CLUSTERING","consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","subscriptionDataSet":[]}]}
                """
            )
        ).EnsureSuccess();

    Task<RemotingResponse> CallAsync(RequestCode code, string body) =>
        Target.Client.InvokeAsync(code, new FieldList(), Encoding.UTF8.GetBytes(body), TestBroker.Patience);
}
