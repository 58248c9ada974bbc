using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Order;

public sealed class QueueLockProcessorTests : BrokerTest
{
    [Fact]
    public async Task The_answer_names_the_queues_that_the_client_holds()
    {
        Assert.Equal(Held(0, 1), await TakeAsync("a", 0, 1));
        Assert.Equal(Held(2), await TakeAsync("b", 1, 2));
        var released = await CallAsync(RequestCode.UnlockBatchMq, Body("a", 1).ToJson());
        Assert.Equal(ResponseCode.Success, released.Code);
        Assert.True(released.Body.IsEmpty);
        Assert.Equal(Held(1), await TakeAsync("b", 1));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"consumerGroup\":\"g\",\"clientId\":\"a\",\"mqSet\":[]}")]
    public async Task Without_queues_none_are_held(string body) =>
        Assert.Equal(
            "{\"lockOKMQSet\":[]}",
            Text(await CallAsync(RequestCode.LockBatchMq, Encoding.UTF8.GetBytes(body)))
        );

    [Theory]
    [InlineData(RequestCode.LockBatchMq, "")]
    [InlineData(RequestCode.LockBatchMq, "not json")]
    [InlineData(RequestCode.LockBatchMq, "[1]")]
    [InlineData(RequestCode.LockBatchMq, "{\"clientId\":\"a\",\"mqSet\":[{\"topic\":\"t\"}]}")]
    [InlineData(RequestCode.LockBatchMq, "{\"consumerGroup\":\"g\",\"mqSet\":[{\"topic\":\"t\"}]}")]
    [InlineData(RequestCode.UnlockBatchMq, "")]
    [InlineData(RequestCode.UnlockBatchMq, "not json")]
    [InlineData(RequestCode.UnlockBatchMq, "{}")]
    [InlineData(RequestCode.UnlockBatchMq, "{\"consumerGroup\":\"g\",\"mqSet\":[{\"topic\":\"t\"}]}")]
    public async Task A_body_that_says_too_little_is_refused(RequestCode code, string body) =>
        Assert.Equal(ResponseCode.SystemError, (await CallAsync(code, Encoding.UTF8.GetBytes(body))).Code);

    async Task<string> TakeAsync(string client, params int[] queues) =>
        Text(await CallAsync(RequestCode.LockBatchMq, Body(client, queues).ToJson()));

    Task<RemotingResponse> CallAsync(RequestCode code, byte[] body) =>
        Target.Client.InvokeAsync(code, null, body, TestBroker.Patience);

    static QueueLockBody Body(string client, params int[] queues) =>
        new()
        {
            Group = "g",
            ClientId = client,
            Queues = [.. queues.Select(id => new MessageQueue("orders", "broker-a", id))],
        };

    static string Held(params int[] queues) =>
        $"{{\"lockOKMQSet\":[{string.Join(
            ',',
            queues.Select(id => $"{{\"brokerName\":\"broker-a\",\"queueId\":{id},\"topic\":\"orders\"}}")
        )}]}}";

    static string Text(RemotingResponse response) => Encoding.UTF8.GetString(response.Body.Span);
}
