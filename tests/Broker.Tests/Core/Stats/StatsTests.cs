using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Xunit;

namespace Broker.Tests.Core.Stats;

public sealed class StatsTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        for (var i = 0; i < 3; i++)
            await Target.SendAsync("orders", $"{i}");
        await Target.PullAsync("orders");
        await Target.CallAsync(
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", "readers"),
            ("topic", "orders"),
            ("queueId", 0),
            ("commitOffset", 1)
        );
    }

    [Fact]
    public async Task The_queues_of_a_topic_are_listed_with_their_ends()
    {
        var answer = await Target.CallAsync(RequestCode.GetTopicStatsInfo, ("topic", "orders"));
        var table = TopicStatsTable.Parse(answer.Body.Span);
        Assert.Equal([0, 1, 2, 3], table.Offsets.Select(one => one.Queue.QueueId));
        Assert.Equal((0L, 3L), (table.Offsets[0].MinOffset, table.Offsets[0].MaxOffset));
        Assert.True(table.Offsets[0].LastUpdateTimestamp > 1_700_000_000_000);
        Assert.Equal(0, table.Offsets[1].LastUpdateTimestamp);
        var missing = await Target.CallAsync(RequestCode.GetTopicStatsInfo, ("topic", "nowhere"));
        Assert.Equal((ResponseCode.TopicNotExist, "topic[nowhere] not exist"), (missing.Code, missing.Remark));
    }

    [Theory]
    [InlineData("topic", "orders")]
    [InlineData("topicList", "orders;nowhere")]
    [InlineData("none", "")]
    public async Task A_groups_progress_is_told_per_queue(string field, string value)
    {
        var answer = await Target.CallAsync(RequestCode.GetConsumeStats, ("consumerGroup", "readers"), (field, value));
        var stats = ConsumeStats.Parse(answer.Body.Span);
        Assert.Equal(4, stats.Offsets.Count);
        var first = stats.Offsets[0];
        Assert.Equal((3L, 1L), (first.BrokerOffset, first.ConsumerOffset));
        Assert.True(first.LastTimestamp > 1_700_000_000_000);
        Assert.Equal(2, stats.Behind);
    }

    [Fact]
    public async Task Who_consumes_what_is_told_both_ways()
    {
        var groups = await Target.CallAsync(RequestCode.QueryTopicConsumeByWho, ("topic", "orders"));
        Assert.Equal("{\"groupList\":[\"readers\"]}", Encoding.UTF8.GetString(groups.Body.Span));
        var topics = await Target.CallAsync(RequestCode.QueryTopicsByConsumer, ("group", "readers"));
        Assert.Equal(
            $"{{\"brokerAddr\":\"{Target.Address}\",\"topicList\":[\"orders\"]}}",
            Encoding.UTF8.GetString(topics.Body.Span)
        );
    }

    [Fact]
    public async Task The_runtime_table_has_what_tools_show()
    {
        var table = KvTable.Parse((await Target.CallAsync(RequestCode.GetBrokerRuntimeInfo)).Body.Span);
        Assert.Equal("3", table["msgPutTotalTodayNow"]);
        Assert.Equal("3", table["msgGetTotalTodayNow"]);
        Assert.Equal(
            ("V5_3_3", "479", "true"),
            (table["brokerVersionDesc"], table["brokerVersion"], table["brokerActive"])
        );
        foreach (var key in (string[])["putTps", "getTransferredTps", "getTransferedTps", "getTotalTps"])
            Assert.Matches(@"^\d+\.\d+ \d+\.\d+ \d+\.\d+$", table[key]);
        foreach (
            var key in (string[])
                [
                    "bootTimestamp",
                    "earliestMessageTimeStamp",
                    "commitLogMaxOffset",
                    "sendThreadPoolQueueSize",
                    "pullThreadPoolQueueHeadWaitTimeMills",
                    "pageCacheLockTimeMills",
                    "timerReadBehind",
                ]
        )
            Assert.True(long.TryParse(table[key], out _), key);
        Assert.InRange(double.Parse(table["commitLogDiskRatio"]), 0, 1);
    }

    [Fact]
    public async Task The_runtime_table_names_settings_that_the_broker_ignores()
    {
        var table = KvTable.Parse((await Target.CallAsync(RequestCode.GetBrokerRuntimeInfo)).Body.Span);
        Assert.False(table.ContainsKey("ignoredSettings"));
        using var folder = new TestFolder();
        await using var broker = await TestBroker.StartAsync(folder.Path, ("flushDiskTypo", "x"), ("zzzzzzzz", "1"));

        table = KvTable.Parse((await broker.CallAsync(RequestCode.GetBrokerRuntimeInfo)).Body.Span);

        Assert.Equal(
            "flushDiskTypo is not a key of this broker. Did you mean flushDiskType?\n"
                + "zzzzzzzz is not a key of this broker.",
            table["ignoredSettings"]
        );
    }

    [Fact]
    public async Task A_scrape_tells_traffic_and_lag_by_the_names_of_the_reference()
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{Target.Running.HttpAddress}/metrics"));
        var node = "cluster=\"DefaultCluster\",node_id=\"broker-a\",node_type=\"broker\"";
        var pair = "{" + node.Replace("node_id", "consumer_group=\"readers\",node_id");
        Assert.Contains($"rocketmq_messages_in_total{{{node},topic=\"orders\"}} 3\n", text, StringComparison.Ordinal);
        Assert.Contains($"rocketmq_messages_out_total{pair},topic=\"orders\"}} 3\n", text, StringComparison.Ordinal);
        Assert.Contains($"rocketmq_consumer_lag_messages{pair},topic=\"orders\"}} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("rocketmq_consumer_lag_latency{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scrape_tells_what_the_store_wrote()
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{Target.Running.HttpAddress}/metrics"));
        Assert.Contains("rocketmq_storage_messages_written_total", text, StringComparison.Ordinal);
        Assert.Contains("rocketmq_storage_flushes_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_come_from_the_samples_of_their_time()
    {
        var window = new Broker.Core.Stats.RateWindow(4);
        Assert.Equal(0, window.PerSecond(3));
        foreach (var (time, total) in ((long, long)[])[(0, 0), (1000, 10), (2000, 30), (3000, 60), (4000, 100)])
            window.Sample(time, total);
        Assert.Equal(40, window.PerSecond(1));
        Assert.Equal(30, window.PerSecond(3));
        Assert.Equal(30, window.PerSecond(100));
    }

    [Fact]
    public void A_days_totals_are_those_of_its_midnight()
    {
        var totals = new Broker.Core.Stats.DayTotals();
        totals.Look(1, 5);
        Assert.Equal((0L, 0L), (totals.YesterdayMorning, totals.TodayMorning));
        totals.Look(2, 9);
        totals.Look(3, 20);
        Assert.Equal((9L, 20L), (totals.YesterdayMorning, totals.TodayMorning));
    }
}
