using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class ProbeAndExportVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Fact]
    public async Task A_topic_is_probed_queue_by_queue()
    {
        await cluster.TopicAsync("probed");
        var shown = await cluster.JsonAsync("checkMsgSendRT", "-t", "probed", "-a", "4", "-s", "10");
        var sends = shown.GetProperty("sends").EnumerateArray().ToList();
        Assert.Equal([0, 1, 0, 1], sends.Select(one => one.GetProperty("queueId").GetInt32()));
        Assert.True(shown.GetProperty("averageMs").GetDouble() >= 0);
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("printMsg", "-t", "probed", "-d", "true")).Lines.Count(line =>
                line.EndsWith(" aaaaaaaaaa", StringComparison.Ordinal)
            ) == 4
        );
    }

    [Fact]
    public async Task A_broker_is_probed_through_its_own_topic()
    {
        var lines = (await cluster.AdminAsync("sendMsgStatus", "-b", "broker-a", "-c", "2")).Lines;
        Assert.Equal("BROKER QUEUE ID MS ERROR", lines[0]);
        Assert.All(lines[1..3], line => Assert.Matches("^broker-a 0 [0-9.]+ -$", line));
        (await cluster.AdminAsync("sendMsgStatus", "-b", "nobody")).IsRefused("no route to topic nobody");
    }

    [Fact]
    public async Task A_cluster_is_probed_broker_by_broker()
    {
        var shown = await cluster.JsonAsync("clusterRT", "-a", "3", "-c", "DefaultCluster");
        var one = Assert.Single(shown.GetProperty("brokers").EnumerateArray());
        Assert.Equal(3, one.GetProperty("sent").GetInt32());
        Assert.Equal(0, one.GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task Sends_that_fail_are_shown_and_end_with_1()
    {
        var result = await cluster.AdminAsync("sendMsgStatus", "-b", "broker-a", "-c", "1", "-s", "200000");
        result.IsRefused("1 of 1 sends failed");
        Assert.Contains("MessageIllegal", result.Output);
    }

    [Fact]
    public async Task Topics_and_groups_are_exported_without_those_of_the_system()
    {
        await cluster.TopicAsync("exported");
        await cluster.AdminAsync("updateSubGroup", "-c", "DefaultCluster", "-g", "exporters");
        var json = await ExportAsync("metadata.json", "exportMetadata", "-c", "DefaultCluster");
        Assert.Equal(2, TopicConfig.Read(json["topicConfigTable"]["exported"]).ReadQueueNums);
        Assert.Equal("exporters", json["subscriptionGroupTable"]["exporters"]["groupName"].AsText());
        Assert.False(json["topicConfigTable"]["TBW102"].HasValue);
        var topics = await ExportAsync("topic.json", "exportMetadata", "-b", cluster.BrokerAddress, "-t");
        Assert.False(topics["subscriptionGroupTable"].HasValue);
        var groups = await ExportAsync("subscriptionGroup.json", "exportMetadata", "-b", cluster.BrokerAddress, "-g");
        Assert.False(groups["topicConfigTable"].HasValue);
    }

    [Fact]
    public async Task Configurations_and_load_are_exported()
    {
        var configs = await ExportAsync("configs.json", "exportConfigs", "-c", "DefaultCluster");
        Assert.Equal("broker-a", configs["brokerConfigs"]["broker-a:0"]["brokerName"].AsText());
        Assert.Equal(1, configs["clusterScale"]["masterBrokerSize"].AsInt());
        Assert.True(configs["namesrvConfigs"][cluster.NameServer].HasValue);
        var metrics = await ExportAsync("metrics.json", "exportMetrics", "-c", "DefaultCluster");
        Assert.True(metrics["evaluateReport"]["broker-a"]["topicSize"].AsInt() > 0);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_so()
    {
        string file = Path.Combine(cluster.Folder, "in-the-way");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        (await cluster.AdminAsync("exportConfigs", "-c", "DefaultCluster", "-f", file)).IsRefused(
            "cannot be written: "
        );
    }

    async Task<FastJson> ExportAsync(string name, params string[] verb)
    {
        string folder = Path.Combine(cluster.Folder, "export");
        var result = await cluster.AdminAsync([.. verb, "-f", folder]);
        Assert.True(result.Exit == 0, result.Error);
        string file = Path.Combine(folder, name);
        Assert.Equal($"file: {file}", result.Lines[0]);
        return FastJson.Parse(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }
}
