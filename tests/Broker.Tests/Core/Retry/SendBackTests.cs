using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Retry;

public sealed class SendBackTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        var levels = string.Join(' ', Enumerable.Repeat("1s", 18));
        Target = await TestBroker.StartAsync(Folder.Path, ("messageDelayLevel", levels));
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c", "readers", Heartbeats.To("orders")));
    }

    [Fact]
    public async Task A_failed_message_comes_back_in_the_retry_topic_with_everything_it_had()
    {
        var origin = await Target.SendAsync("orders", "body", 0, "KEYS=k1 TAGS=a own=value");
        var sent = await FirstAsync("orders");
        Assert.Equal(ResponseCode.Success, (await SendBackAsync(sent.Position)).Code);
        var retry = await AwaitAsync("%RETRY%readers");
        Assert.Equal(("body", 1), (retry.Text, retry.ReconsumeTimes));
        Assert.Equal("orders", retry.Properties["RETRY_TOPIC"]);
        Assert.Equal(origin.Fields["msgId"], retry.Properties["ORIGIN_MESSAGE_ID"]);
        Assert.Equal(
            ("k1", "a", "value"),
            (retry.Properties["KEYS"], retry.Properties["TAGS"], retry.Properties["own"])
        );
        Assert.Equal(sent.Properties["UNIQ_KEY"], retry.Properties["UNIQ_KEY"]);
        Assert.Equal("3", retry.Properties["DELAY"]);
    }

    [Fact]
    public async Task What_fails_again_keeps_its_first_origin_and_counts_on()
    {
        var origin = await Target.SendAsync("orders", "body");
        await SendBackAsync((await FirstAsync("orders")).Position);
        await SendBackAsync((await AwaitAsync("%RETRY%readers")).Position);
        var second = await AwaitAsync("%RETRY%readers", offset: 1);
        Assert.Equal((2, "orders"), (second.ReconsumeTimes, second.Properties["RETRY_TOPIC"]));
        Assert.Equal(origin.Fields["msgId"], second.Properties["ORIGIN_MESSAGE_ID"]);
    }

    [Theory]
    [InlineData(-1, 16)]
    [InlineData(0, 0)]
    public async Task Dead_letters_are_stored_at_once(int delayLevel, int maxReconsumeTimes)
    {
        await Target.SendAsync("orders", "body");
        var sent = await FirstAsync("orders");
        await SendBackAsync(sent.Position, delayLevel, ("maxReconsumeTimes", maxReconsumeTimes));
        var dead = await FirstAsync("%DLQ%readers");
        Assert.Equal(("body", "orders"), (dead.Text, dead.Properties["RETRY_TOPIC"]));
        Assert.Equal("orders", dead.Properties["DLQ_ORIGIN_TOPIC"]);
        Assert.True(Target.Node.Topics.TryGet("%DLQ%readers", out var topic));
        Assert.Equal((1, 6), (topic.WriteQueues, topic.Config.Perm));
    }

    [Fact]
    public async Task The_groups_own_limit_counts_when_the_consumer_names_none()
    {
        var group = new SubscriptionGroupConfig { GroupName = "readers", RetryMaxTimes = 0 };
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, group.ToJson());
        await Target.SendAsync("orders", "body");
        await SendBackAsync((await FirstAsync("orders")).Position);
        Assert.Equal("body", (await FirstAsync("%DLQ%readers")).Text);
    }

    [Theory]
    [InlineData("SENDER", "%RETRY%readers")]
    [InlineData("GROUP", "%DLQ%readers")]
    public async Task The_groups_number_of_retries_counts_before_its_members_where_the_broker_is_told_so(
        string from,
        string expected
    )
    {
        await Target.ConfigureAsync($"retryMaxTimesFrom={from}");
        var group = new SubscriptionGroupConfig { GroupName = "readers", RetryMaxTimes = 0 };
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, group.ToJson());
        await Target.SendAsync("orders", "body");
        await SendBackAsync((await FirstAsync("orders")).Position, delayLevel: 1, ("maxReconsumeTimes", 16));
        Assert.Equal("body", (await AwaitAsync(expected)).Text);

        // What members send to their retry topic themselves, when sending back failed, goes by the same number.
        var answer = await Target.SendAsync(
            "%RETRY%readers",
            "again",
            other: [("reconsumeTimes", 1), ("maxReconsumeTimes", 16)]
        );
        answer.EnsureSuccess();
        Assert.Equal("again", (await AwaitAsync(expected, offset: 1)).Text);
    }

    [Fact]
    public async Task A_retry_policy_is_kept_for_those_who_follow_it_and_changes_no_level()
    {
        const string policy = """{"exponentialRetryPolicy":{"initial":5000},"type":"EXPONENTIAL"}""";
        var group = new SubscriptionGroupConfig
        {
            GroupName = "readers",
            GroupRetryPolicy = FastJson.Parse(System.Text.Encoding.UTF8.GetBytes(policy)),
        };
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, group.ToJson());
        await Target.SendAsync("orders", "body");
        await SendBackAsync((await FirstAsync("orders")).Position);
        Assert.Equal("3", (await AwaitAsync("%RETRY%readers")).Properties["DELAY"]);
        var kept = await Target.CallAsync(RequestCode.GetSubscriptionGroupConfig, ("group", "readers"));
        Assert.Contains(policy, System.Text.Encoding.UTF8.GetString(kept.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_without_retry_queues_drops_what_it_failed()
    {
        var group = new SubscriptionGroupConfig { GroupName = "quiet", RetryQueueNums = 0 };
        await Target.Client.InvokeAsync(RequestCode.UpdateAndCreateSubscriptionGroup, null, group.ToJson());
        await Target.SendAsync("orders", "body");
        var answer = await SendBackAsync((await FirstAsync("orders")).Position, 0, ("group", "quiet"));
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.False(Target.Node.Topics.TryGet("%RETRY%quiet", out _));
    }

    [Fact]
    public async Task An_unknown_group_and_an_unknown_message_are_refused()
    {
        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, (await SendBackAsync(0, 0, ("group", "nobody"))).Code);
        foreach (var offset in (long[])[-1, 12_345_678, long.MaxValue])
        {
            var answer = await SendBackAsync(offset);
            Assert.Equal(
                (ResponseCode.SystemError, "look message by offset failed, " + offset),
                (answer.Code, answer.Remark)
            );
        }
        Assert.Equal(ResponseCode.SystemError, (await Target.CallAsync(RequestCode.ConsumerSendMsgBack)).Code);
    }

    [Theory]
    [InlineData(16, true, "%DLQ%readers")]
    [InlineData(16, false, "%RETRY%readers")]
    [InlineData(17, false, "%DLQ%readers")]
    public async Task What_a_group_gives_up_that_consumes_in_order_is_dead_at_once(
        int reconsumeTimes,
        bool holdsQueues,
        string expected
    )
    {
        var queues = new QueueLockBody
        {
            Group = "readers",
            ClientId = "c",
            Queues = [new MessageQueue("orders", "broker-a", 0)],
        };
        await CallAsync(RequestCode.LockBatchMq, queues);
        if (!holdsQueues)
            await CallAsync(RequestCode.UnlockBatchMq, queues);
        // So clients of 4.9.8 do: the count is that of the limit, and a level is named, too.
        var answer = await Target.SendAsync(
            "%RETRY%readers",
            "bad",
            properties: "DELAY=19 RETRY_TOPIC=orders",
            other: [("reconsumeTimes", reconsumeTimes), ("maxReconsumeTimes", 16)]
        );
        answer.EnsureSuccess();
        Assert.Equal("bad", (await AwaitAsync(expected)).Text);
    }

    Task<RemotingResponse> CallAsync(RequestCode code, QueueLockBody body) =>
        Target.Client.InvokeAsync(code, null, body.ToJson(), TestBroker.Patience);

    Task<RemotingResponse> SendBackAsync(long offset, int delayLevel = 0, params (string, object)[] other) =>
        Target.CallAsync(
            RequestCode.ConsumerSendMsgBack,
            [("offset", offset), ("group", "readers"), ("delayLevel", delayLevel), ("unitMode", "false"), .. other]
        );

    async Task<PulledMessage> FirstAsync(string topic) =>
        Assert.Single(TestBroker.Messages(await Target.PullAsync(topic, group: "TOOLS_CONSUMER")));

    /// <summary>The message at an offset, held for until it arrives.</summary>
    async Task<PulledMessage> AwaitAsync(string topic, long offset = 0) =>
        (await Target.AwaitAsync(topic, offset, group: "TOOLS_CONSUMER"))[0];
}
