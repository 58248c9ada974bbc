using System.Text;
using Broker.Core.Send;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Tests.Core.Groups;
using Broker.Tests.Core.Pop;
using Broker.Tests.Core.Transactions;
using Xunit;

namespace Broker.Tests.Core.Send;

/// <summary>Limits bind what clients send. What was taken once is stored again whatever they are by then.</summary>
public sealed class LoweredLimitTests : BrokerTest
{
    static readonly string Large = new('x', 100_000);

    public override async ValueTask InitializeAsync()
    {
        var levels = string.Join(' ', Enumerable.Repeat("1s", 18));
        Target = await TestBroker.StartAsync(Folder.Path, ("messageDelayLevel", levels));
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c", "readers", Heartbeats.To("orders")));
    }

    [Fact]
    public async Task What_was_taken_before_the_limit_was_lowered_is_delivered()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        (await Target.SendAsync("delayed", Large, properties: "DELAY=1")).EnsureSuccess();
        (await Target.SendAsync("timed", Large, properties: "TIMER_DELAY_MS=1500")).EnsureSuccess();
        (await Target.SendAsync("orders", Large)).EnsureSuccess();
        var half = await producer.PrepareAsync(Large);
        await Target.ConfigureAsync("maxMessageSize=1000");
        Assert.Equal(ResponseCode.MessageIllegal, (await Target.SendAsync("orders", Large)).Code);

        Assert.Equal(ResponseCode.Success, (await producer.CommitAsync(half)).Code);
        var failed = Assert.Single(TestBroker.Messages(await Target.PullAsync("orders")));
        Assert.Equal(ResponseCode.Success, (await SendBackAsync(failed.Position, delayLevel: 0)).Code);
        Assert.Equal(ResponseCode.Success, (await SendBackAsync(failed.Position, delayLevel: -1)).Code);
        await ExpectLargeAsync("delayed");
        await ExpectLargeAsync("timed");
        await ExpectLargeAsync("orders", queueId: 1);
        await ExpectLargeAsync("%RETRY%readers");
        await ExpectLargeAsync("%DLQ%readers");
    }

    [Fact]
    public async Task What_was_popped_before_the_limit_was_lowered_is_delivered_again()
    {
        await using var broker = await PopBroker.StartAsync();
        await broker.SendAsync(Large);
        await broker.TakeAsync([Large]);
        await broker.Broker.ConfigureAsync("maxMessageSize=1000");
        await broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(61), messages: 1);
        await broker.TakeAsync([Large]);
    }

    [Theory]
    [InlineData(0, ResponseCode.Success)]
    [InlineData(1, ResponseCode.MessageIllegal)]
    public async Task Properties_leave_room_for_what_the_broker_adds(int beyond, ResponseCode expected)
    {
        const string id = "UNIQ_KEY=ID1";
        // What the broker itself adds to each send.
        var marks = TestBroker.Properties("MSG_REGION=DefaultRegion TRACE_ON=true CLUSTER=DefaultCluster").Length;
        var room = MessageLayout.PropertiesBytesMax - PropertyReserve.Bytes - marks;
        var own = new string('p', room - TestBroker.Properties($"{id} own=").Length + beyond);
        var answer = await Target.SendAsync("orders", "body", properties: $"{id} own={own}");
        Assert.Equal(expected, answer.Code);
        if (expected != ResponseCode.Success)
            return;

        // The same message on the longest ways: once more and once more, and then it is dead.
        var message = Assert.Single(TestBroker.Messages(await Target.PullAsync("orders")));
        for (var times = 0; times < 2; times++)
        {
            Assert.Equal(ResponseCode.Success, (await SendBackAsync(message.Position, delayLevel: 0)).Code);
            message = (await Target.AwaitAsync("%RETRY%readers", times, group: "TOOLS_CONSUMER"))[0];
        }
        Assert.Equal(ResponseCode.Success, (await SendBackAsync(message.Position, delayLevel: -1)).Code);
        var dead = (await Target.AwaitAsync("%DLQ%readers", group: "TOOLS_CONSUMER"))[0];
        Assert.Equal((own, "ID1"), (dead.Properties["own"], dead.Properties["DLQ_ORIGIN_MESSAGE_ID"]));
    }

    [Fact]
    public async Task A_part_of_a_batch_leaves_the_same_room()
    {
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        var own = TestBroker.Properties(
            $"own={new string('p', MessageLayout.PropertiesBytesMax - PropertyReserve.Bytes)}"
        );
        BatchWriter.Add(body, 0, "part"u8, Encoding.UTF8.GetBytes(own));
        var answer = await Target.SendAsync("orders", body.WrittenSpan.ToArray(), other: [("batch", "true")]);
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
    }

    [Fact]
    public async Task A_retry_that_a_client_sends_itself_may_use_the_room()
    {
        var own = new string('p', MessageLayout.PropertiesBytesMax - PropertyReserve.Bytes);
        var answer = await Target.SendAsync(
            "%RETRY%readers",
            "again",
            properties: $"own={own}",
            other: [("reconsumeTimes", 1), ("maxReconsumeTimes", 16)]
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
    }

    async Task ExpectLargeAsync(string topic, int queueId = 0) =>
        Assert.Equal(Large, Assert.Single(await Target.AwaitAsync(topic, 0, queueId, "TOOLS_CONSUMER")).Text);

    Task<Broker.Remoting.RemotingResponse> SendBackAsync(long offset, int delayLevel) =>
        Target.CallAsync(
            RequestCode.ConsumerSendMsgBack,
            ("offset", offset),
            ("group", "readers"),
            ("delayLevel", delayLevel),
            ("unitMode", "false")
        );
}
