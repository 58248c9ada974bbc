using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class StatsVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Fact]
    public async Task Every_group_of_a_topic_has_its_backlog()
    {
        await cluster.TopicAsync("rated", queues: 1);
        await cluster.GroupAsync("raters");
        for (int i = 0; i < 3; i++)
            await cluster.Broker.SendAsync("rated", "body");
        await cluster.CommitAsync("raters", "rated", 0, 1);
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("consumerProgress", "-g", "raters", "-t", "rated")).Lines.Contains(
                "diff total: 2"
            )
        );
        var lines = (await cluster.AdminAsync("statsAll", "-t", "rated")).Lines;
        Assert.Equal("TOPIC GROUP BACKLOG IN TPS OUT TPS IN24H OUT24H", lines[0]);
        Assert.StartsWith("rated raters 2 ", lines[1]);
        Assert.Contains((await cluster.AdminAsync("statsAll")).Lines, line => line.StartsWith("TBW102 - - "));
        Assert.DoesNotContain((await cluster.AdminAsync("statsAll", "-a")).Lines, line => line.StartsWith("TBW102 "));
        (await cluster.AdminAsync("statsAll", "-t", "nobody")).IsRefused("no route to topic nobody");

        var all = await cluster.JsonAsync("brokerConsumeStats", "-b", cluster.BrokerAddress);
        Assert.Contains(
            all.GetProperty("queues").EnumerateArray(),
            one => one.GetProperty("group").GetString() == "raters" && one.GetProperty("diff").GetInt64() == 2
        );
        var far = await cluster.JsonAsync("brokerConsumeStats", "-b", cluster.BrokerAddress, "-l", "3");
        Assert.Empty(far.GetProperty("queues").EnumerateArray());
    }

    [Fact]
    public async Task Entries_of_a_consume_queue_lead_to_the_log()
    {
        await cluster.TopicAsync("entries", queues: 1);
        await cluster.Broker.SendAsync("entries", "body", 0, "TAGS=blue");
        await cluster.Broker.SendAsync("entries", "body");
        string[] verb = ["queryCq", "-t", "entries", "-q", "0", "-i", "0"];
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync(verb)).Lines.Contains("max index: 2"));
        var shown = await cluster.JsonAsync([.. verb, "-c", "5", "-b", cluster.BrokerAddress]);
        Assert.Equal(2, shown.GetProperty("entries").GetArrayLength());
        Assert.NotEqual(0, shown.GetProperty("entries")[0].GetProperty("tagsCode").GetInt64());
        Assert.Equal(0, shown.GetProperty("minIndex").GetInt64());
        (await cluster.AdminAsync("queryCq", "-t", "entries", "-q", "9", "-i", "0")).IsRefused(cluster.BrokerAddress);
        (await cluster.AdminAsync("queryCq", "-t", "nobody", "-q", "0", "-i", "0")).IsRefused(
            "no route to topic nobody"
        );
    }
}
