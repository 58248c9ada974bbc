using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Stats;

public sealed class ProgressTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
        for (var i = 0; i < 3; i++)
            await Target.SendAsync("orders", $"{i}");
        await CommitAsync(0);
        await Target.PullAsync("orders");
        await CommitAsync(1);
    }

    [Fact]
    public async Task What_was_pulled_and_not_consumed_yet_is_told()
    {
        var answer = await Target.CallAsync(RequestCode.GetConsumeStats, ("consumerGroup", "readers"));
        var stats = ConsumeStats.Parse(answer.Body.Span);
        Assert.Equal((1L, 3L), (stats.Offsets[0].ConsumerOffset, stats.Offsets[0].PullOffset));
        Assert.Equal((2, 2), (stats.Behind, stats.InFlight));
    }

    [Fact]
    public async Task All_groups_are_told_with_the_topics_they_read()
    {
        var all = BrokerConsumeStats.Parse((await AllAsync(ordered: false)).Body.Span);
        Assert.Equal(Target.Address, all.BrokerAddress);
        Assert.Equal(Target.Node.Groups.Count, all.Groups.Count);
        var readers = Assert.Single(all.Groups, group => group.Key == "readers");
        Assert.Equal(2, Assert.Single(readers.Value).Behind);
        var ordered = BrokerConsumeStats.Parse((await AllAsync(ordered: true)).Body.Span);
        Assert.All(ordered.Groups, group => Assert.Empty(group.Value));
    }

    [Fact]
    public async Task A_topic_that_the_members_gave_up_is_left_out()
    {
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c1", "readers", Heartbeats.To("stock")));
        var all = BrokerConsumeStats.Parse((await AllAsync(ordered: false)).Body.Span);
        Assert.Empty(all.Groups.Single(group => group.Key == "readers").Value);
    }

    [Fact]
    public async Task Progress_by_time_names_the_messages_of_both_ends_and_of_the_group()
    {
        var answer = await Target.CallAsync(
            RequestCode.QueryConsumeTimeSpan,
            ("topic", "orders"),
            ("group", "readers")
        );
        var spans = QueueTimeSpan.Parse(answer.Body.Span);
        Assert.Equal(4, spans.Count);
        Assert.True(spans[0].MinTimestamp > 1_700_000_000_000);
        Assert.True(spans[0].MaxTimestamp >= spans[0].MinTimestamp);
        Assert.Equal(spans[0].MinTimestamp, spans[0].ConsumeTimestamp);
        Assert.InRange(spans[0].DelayMs, 0, 60_000);
        Assert.Equal(
            (-1, -1, -1, 0),
            (spans[1].MinTimestamp, spans[1].MaxTimestamp, spans[1].ConsumeTimestamp, spans[1].DelayMs)
        );
        var missing = await Target.CallAsync(RequestCode.QueryConsumeTimeSpan, ("topic", "no"), ("group", "readers"));
        Assert.Equal((ResponseCode.TopicNotExist, "topic[no] not exist"), (missing.Code, missing.Remark));
    }

    [Theory]
    [InlineData("TOPIC_PUT_NUMS", "orders", 3)]
    [InlineData("GROUP_GET_NUMS", "orders@readers", 3)]
    [InlineData("BROKER_PUT_NUMS", "DefaultCluster", 3)]
    [InlineData("BROKER_GET_NUMS", "DefaultCluster", 3)]
    public async Task Figures_are_sampled_while_time_goes_by(string name, string key, long sum)
    {
        Target.Node.Stats.Tick();
        Target.Node.Stats.SampleNow();
        var stats = BrokerStatsData.Parse((await FigureAsync(name, key)).Body.Span);
        Assert.Equal((sum, sum, sum), (stats.Minute.Sum, stats.Hour.Sum, stats.Day.Sum));
        Assert.True(stats.Minute.PerSecond > stats.Hour.PerSecond && stats.Hour.PerSecond > stats.Day.PerSecond);
        Assert.Equal(name.StartsWith("BROKER_", StringComparison.Ordinal), stats.Minute.PerCall == 0);
    }

    [Fact]
    public async Task Sizes_are_told_by_the_same_keys()
    {
        Target.Node.Stats.SampleNow();
        var put = BrokerStatsData.Parse((await FigureAsync("TOPIC_PUT_SIZE", "orders")).Body.Span);
        var got = BrokerStatsData.Parse((await FigureAsync("GROUP_GET_SIZE", "orders@readers")).Body.Span);
        Assert.Equal(put.Minute.Sum, got.Minute.Sum);
        Assert.Equal(put.Minute.Sum / 3.0, put.Minute.PerCall);
    }

    [Theory]
    [InlineData("BROKER_PUT_NUMS")]
    [InlineData("BROKER_GET_NUMS")]
    public async Task The_broker_s_figures_are_told_without_system_topics_too(string name)
    {
        await Target.SendAsync("BenchmarkTest", "a");
        await Target.SendAsync("BenchmarkTest", "b");
        await Target.PullAsync("BenchmarkTest");
        Target.Node.Stats.SampleNow();
        var all = BrokerStatsData.Parse((await FigureAsync(name, "DefaultCluster")).Body.Span);
        var answer = await FigureAsync($"{name}_WITHOUT_SYSTEM_TOPIC", "DefaultCluster");
        var without = BrokerStatsData.Parse(answer.Body.Span);
        Assert.Equal(all.Minute.Sum - 2, without.Minute.Sum);
        Assert.Equal(all.Hour.Sum - 2, without.Hour.Sum);
        Assert.True(without.Minute.PerSecond < all.Minute.PerSecond);
        // As at the reference, which does not count the calls of these.
        Assert.Equal((0, 0), (all.Minute.PerCall, without.Minute.PerCall));
    }

    [Fact]
    public async Task Messages_that_come_back_are_counted_for_their_topic_and_group()
    {
        Assert.Equal(ResponseCode.SystemError, (await FigureAsync("SNDBCK_PUT_NUMS", "orders@readers")).Code);
        await Target.CallAsync(
            RequestCode.ConsumerSendMsgBack,
            ("offset", 0),
            ("group", "readers"),
            ("delayLevel", 1),
            ("unitMode", "false")
        );
        Target.Node.Stats.SampleNow();
        var stats = BrokerStatsData.Parse((await FigureAsync("SNDBCK_PUT_NUMS", "orders@readers")).Body.Span);
        Assert.Equal(1, stats.Minute.Sum);
    }

    [Theory]
    [InlineData("TOPIC_PUT_LATENCY", "0@orders")]
    [InlineData("GROUP_GET_LATENCY", "0@orders@readers")]
    public async Task The_time_that_sends_and_pulls_take_is_told_by_queue(string name, string key)
    {
        Assert.True(Target.Node.Topics.TryGet("orders", out var topic));
        for (var i = 0; i < 2; i++)
        {
            Target.Node.Stats.OnPut(topic, 0, 3_000_000);
            Target.Node.Stats.OnGot(topic, "readers"u8, 0, 3_000_000);
        }
        Target.Node.Stats.SampleNow();
        var figure = BrokerStatsData.Parse((await FigureAsync(name, key)).EnsureSuccess().Body.Span).Minute;
        // Three sends, or one pull, of the setting up took a while too, and they count.
        var calls = name == "TOPIC_PUT_LATENCY" ? 5 : 3;
        Assert.InRange(figure.Sum, 6_000_000, 6_100_000);
        Assert.Equal((double)figure.Sum / calls, figure.PerCall);
    }

    [Fact]
    public async Task Times_are_counted_for_so_many_queues_and_those_of_deleted_topics_make_room()
    {
        Assert.True(Target.Node.Topics.TryGet("orders", out var topic));
        for (var queueId = 0; queueId <= 5_000; queueId++)
            Target.Node.Stats.OnPut(topic, queueId, 1);
        Assert.Equal(ResponseCode.Success, (await FigureAsync("TOPIC_PUT_LATENCY", "4500@orders")).Code);
        Assert.Equal(ResponseCode.SystemError, (await FigureAsync("TOPIC_PUT_LATENCY", "5000@orders")).Code);
        await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"));
        Target.Node.Stats.SampleNow();
        await Target.SendAsync("stock", "body");
        Assert.Equal(ResponseCode.Success, (await FigureAsync("TOPIC_PUT_LATENCY", "0@stock")).Code);
    }

    [Theory]
    [InlineData("TOPIC_PUT_LATENCY", "7@orders")]
    [InlineData("TOPIC_PUT_LATENCY", "orders")]
    [InlineData("TOPIC_PUT_LATENCY", "x@orders")]
    [InlineData("TOPIC_PUT_LATENCY", "-1@orders")]
    [InlineData("TOPIC_PUT_LATENCY", "0@nowhere")]
    [InlineData("GROUP_GET_LATENCY", "7@orders@readers")]
    [InlineData("GROUP_GET_LATENCY", "0@orders@nobody")]
    [InlineData("TOPIC_PUT_NUMS", "nowhere")]
    [InlineData("GROUP_GET_NUMS", "orders@nobody")]
    [InlineData("BROKER_PUT_NUMS", "elsewhere")]
    [InlineData("BROKER_ACK_NUMS", "DefaultCluster")]
    [InlineData("BROKER_CK_NUMS", "DefaultCluster")]
    [InlineData("CONSUMER_REGISTER_TIME", "readers")]
    [InlineData("PRODUCER_REGISTER_TIME", "DefaultCluster")]
    [InlineData("CHANNEL_ACTIVITY", "IDLE")]
    [InlineData("CHANNEL_ACTIVITY", "DefaultCluster")]
    [InlineData("NONSENSE", "orders")]
    public async Task What_was_never_counted_is_not_there(string name, string key)
    {
        var answer = await FigureAsync(name, key);
        Assert.Equal((ResponseCode.SystemError, $"The stats <{name}> <{key}> not exist"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_deleted_topic_leaves_no_offsets_and_no_figures()
    {
        await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"));
        Assert.Empty(Target.Node.Offsets.TopicsOf("readers"));
        Assert.Equal(ResponseCode.SystemError, (await FigureAsync("GROUP_GET_NUMS", "orders@readers")).Code);
        await Target.SendAsync("orders", "new");
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("orders")).Code);
    }

    Task<Broker.Remoting.RemotingResponse> AllAsync(bool ordered) =>
        Target.CallAsync(RequestCode.GetBrokerConsumeStats, ("isOrder", ordered));

    Task<Broker.Remoting.RemotingResponse> FigureAsync(string name, string key) =>
        Target.CallAsync(RequestCode.ViewBrokerStatsData, ("statsName", name), ("statsKey", key));

    async Task CommitAsync(long offset) =>
        Assert.Equal(
            ResponseCode.Success,
            (
                await Target.CallAsync(
                    RequestCode.UpdateConsumerOffset,
                    ("consumerGroup", "readers"),
                    ("topic", "orders"),
                    ("queueId", 0),
                    ("commitOffset", offset)
                )
            ).Code
        );
}
