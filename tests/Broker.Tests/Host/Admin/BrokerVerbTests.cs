using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class BrokerVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Fact]
    public async Task The_list_shows_every_broker_with_its_load()
    {
        var lines = (await cluster.AdminAsync("clusterList")).Lines;
        Assert.Equal(
            "CLUSTER BROKER ID ADDRESS VERSION IN TPS SEND QUEUE OUT TPS PULL QUEUE OLDEST MESSAGE DISK RATIO ACTIVE",
            lines[0]
        );
        Assert.StartsWith($"DefaultCluster broker-a 0 {cluster.BrokerAddress} V5_3_3 ", lines[1]);
        Assert.EndsWith(" true", lines[1]);
    }

    [Fact]
    public async Task The_list_of_totals_counts_todays_messages()
    {
        await cluster.TopicAsync("counted");
        await cluster.Broker.SendAsync("counted", "body");
        var totals = await cluster.JsonAsync("clusterList", "-m", "-c", "DefaultCluster");
        Assert.True(totals.GetProperty("brokers")[0].GetProperty("inToday").GetInt64() >= 1);
        Assert.Equal(0, totals.GetProperty("brokers")[0].GetProperty("inYesterday").GetInt64());
    }

    [Fact]
    public async Task An_unknown_cluster_is_answered_with_those_that_there_are() =>
        (await cluster.AdminAsync("clusterList", "-c", "nobody")).IsRefused(
            "there is no cluster nobody; there is DefaultCluster"
        );

    [Theory]
    [InlineData("-b")]
    [InlineData("-c")]
    public async Task Status_shows_the_runtime_values(string by)
    {
        string which = by == "-b" ? cluster.BrokerAddress : "DefaultCluster";
        var values = (await cluster.JsonAsync("brokerStatus", by, which)).GetProperty("values").EnumerateArray();
        var version = values.Single(one => one.GetProperty("name").GetString() == "brokerVersionDesc");
        Assert.Equal("V5_3_3", version.GetProperty("value").GetString());
        Assert.Equal(cluster.BrokerAddress, version.GetProperty("broker").GetString());
    }

    [Fact]
    public async Task A_key_changes_while_the_broker_runs()
    {
        string[] broker = ["-b", cluster.BrokerAddress];
        var changed = await cluster.AdminAsync(["updateBrokerConfig", .. broker, "-k", "fileReservedTime", "-v", "71"]);
        Assert.Equal(
            ["BROKER KEY VALUE BEFORE VALUE", $"{cluster.BrokerAddress} fileReservedTime 72 71"],
            changed.Lines
        );
        Assert.Contains(
            $"{cluster.BrokerAddress} fileReservedTime 71",
            (await cluster.AdminAsync(["getBrokerConfig", .. broker])).Lines
        );
    }

    [Theory]
    [InlineData("fileReservdTime", "has no key fileReservdTime; did you mean fileReservedTime?")]
    [InlineData("xyzzy", "has no key xyzzy; `getBrokerConfig` lists all")]
    [InlineData("brokerName", "refused: ")]
    public async Task A_key_that_cannot_change_is_said_so(string key, string words) =>
        (await cluster.AdminAsync("updateBrokerConfig", "-c", "DefaultCluster", "-k", key, "-v", "1")).IsRefused(
            cluster.BrokerAddress,
            words
        );
}
