using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class TopicVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Fact]
    public async Task A_topic_is_created_listed_and_led_to()
    {
        var made = await cluster.AdminAsync("updateTopic", "-c", "DefaultCluster", "-t", "made", "-r", "3", "-w", "2");
        Assert.Equal(
            [
                "BROKER TOPIC READ QUEUES WRITE QUEUES PERM ORDER ATTRIBUTES",
                $"{cluster.BrokerAddress} made 3 2 6 false -",
            ],
            made.Lines
        );
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync("topicList")).Lines.Contains("made"));
        Assert.Equal(
            [
                "CLUSTER BROKER ID ADDRESS",
                $"DefaultCluster broker-a 0 {cluster.BrokerAddress}",
                "BROKER READ QUEUES WRITE QUEUES PERM",
                "broker-a 3 2 6",
            ],
            (await cluster.AdminAsync("topicRoute", "-t", "made")).Lines
        );
        Assert.Equal(["CLUSTER", "DefaultCluster"], (await cluster.AdminAsync("topicClusterList", "-t", "made")).Lines);
    }

    [Fact]
    public async Task An_illegal_name_is_refused_with_the_brokers_words() =>
        (await cluster.AdminAsync("updateTopic", "-b", cluster.BrokerAddress, "-t", "bad$name")).IsRefused(
            $"{cluster.BrokerAddress} refused: ",
            "illegal characters"
        );

    [Fact]
    public async Task An_unknown_cluster_is_answered_with_those_that_there_are() =>
        (await cluster.AdminAsync("updateTopic", "-c", "Default", "-t", "a")).IsRefused(
            "there is no cluster Default; there is DefaultCluster"
        );

    [Theory]
    [InlineData("topicRoute")]
    [InlineData("topicStatus")]
    [InlineData("topicClusterList")]
    [InlineData("printMsg")]
    [InlineData("consumeMessage")]
    [InlineData("checkMsgSendRT")]
    public async Task A_topic_without_a_route_is_said_so_with_what_to_do(string verb) =>
        (await cluster.AdminAsync(verb, "-t", "nobody")).IsRefused(
            $"{verb}: no route to topic nobody at {cluster.NameServer}",
            "`topicList` shows what there is, `updateTopic` creates it"
        );

    [Fact]
    public async Task Status_shows_the_offsets_of_each_queue()
    {
        await cluster.TopicAsync("counted");
        await cluster.Broker.SendAsync("counted", "one", 1);
        await cluster.Broker.SendAsync("counted", "two", 1);
        await Eventually.TrueAsync(async () =>
            (await cluster.JsonAsync("topicStatus", "-t", "counted"))
                .GetProperty("queues")[1]
                .GetProperty("maxOffset")
                .GetInt64() == 2
        );
        var lines = (await cluster.AdminAsync("topicStatus", "-t", "counted")).Lines;
        Assert.Equal("BROKER QUEUE ID MIN OFFSET MAX OFFSET LAST UPDATED", lines[0]);
        Assert.Equal("broker-a 0 0 0 -", lines[1]);
        Assert.StartsWith("broker-a 1 0 2 20", lines[2]);
        Assert.StartsWith("put tps: ", lines[3]);
    }

    [Fact]
    public async Task A_permission_changes_and_nothing_else()
    {
        await cluster.TopicAsync("guarded", queues: 3);
        var changed = await cluster.AdminAsync("updateTopicPerm", "-c", "DefaultCluster", "-t", "guarded", "-p", "4");
        Assert.Equal(["BROKER TOPIC PERM BEFORE PERM", $"{cluster.BrokerAddress} guarded 6 4"], changed.Lines);
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("topicRoute", "-t", "guarded")).Lines.Contains("broker-a 3 3 4")
        );
    }

    [Fact]
    public async Task The_permission_of_no_topic_cannot_change() =>
        (await cluster.AdminAsync("updateTopicPerm", "-c", "DefaultCluster", "-t", "nobody", "-p", "4")).IsRefused(
            $"{cluster.BrokerAddress} refused: "
        );

    [Fact]
    public async Task Topics_of_a_file_are_created()
    {
        string file = Path.Combine(cluster.Folder, "topics.json");
        await File.WriteAllTextAsync(
            file,
            """[{"topicName": "listed-1", "readQueueNums": 1}, {"topicName": "listed-2"}]""",
            TestContext.Current.CancellationToken
        );
        var made = await cluster.AdminAsync("updateTopicList", "-b", cluster.BrokerAddress, "-f", file);
        Assert.Equal(
            ["BROKER TOPIC", $"{cluster.BrokerAddress} listed-1", $"{cluster.BrokerAddress} listed-2"],
            made.Lines
        );
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync("topicList")).Lines.Contains("listed-2"));
    }

    [Theory]
    [InlineData("{}", "is not a JSON list with something in it")]
    [InlineData("[", "is not JSON: ")]
    [InlineData("[{}]", "a topic has no topicName")]
    [InlineData(null, "cannot be read: ")]
    public async Task A_file_that_is_no_list_of_topics_is_refused(string? content, string words)
    {
        string file = Path.Combine(cluster.Folder, $"wrong-{content?.Length}.json");
        if (content is not null)
            await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        (await cluster.AdminAsync("updateTopicList", "-b", cluster.BrokerAddress, "-f", file)).IsRefused(words);
    }

    [Fact]
    public async Task A_deleted_topic_has_no_route_and_no_order()
    {
        await cluster.AdminAsync("updateTopic", "-c", "DefaultCluster", "-t", "doomed", "-w", "2", "-o", "true");
        await Eventually.TrueAsync(async () => (await cluster.AdminAsync("topicRoute", "-t", "doomed")).Exit == 0);
        Assert.Contains(
            "order conf: broker-a:2",
            (await cluster.AdminAsync("updateOrderConf", "-t", "doomed", "-m", "get")).Lines
        );
        var deleted = await cluster.AdminAsync("deleteTopic", "-c", "DefaultCluster", "-t", "doomed");
        Assert.Equal(
            ["SERVER TOPIC", $"{cluster.BrokerAddress} doomed", $"{cluster.NameServer} doomed"],
            deleted.Lines
        );
        (await cluster.AdminAsync("topicRoute", "-t", "doomed")).IsRefused("no route to topic doomed");
        Assert.Equal(1, (await cluster.AdminAsync("updateOrderConf", "-t", "doomed", "-m", "get")).Exit);
        (await cluster.AdminAsync("deleteTopic", "-c", "DefaultCluster", "-t", "doomed")).IsRefused("no route");
    }

    [Fact]
    public async Task An_order_configuration_is_put_shown_and_deleted()
    {
        string[] verb = ["updateOrderConf", "-t", "payments"];
        Assert.Equal(
            ["topic: payments", "order conf: broker-a:4;broker-b:4"],
            (await cluster.AdminAsync([.. verb, "-m", "put", "-v", "broker-a:4;broker-b:4"])).Lines
        );
        var shown = await cluster.JsonAsync([.. verb, "-m", "get"]);
        Assert.Equal("broker-a:4;broker-b:4", shown.GetProperty("order").GetProperty("orderConf").GetString());
        Assert.Equal(0, (await cluster.AdminAsync([.. verb, "-m", "delete"])).Exit);
        Assert.Equal(1, (await cluster.AdminAsync([.. verb, "-m", "get"])).Exit);
    }

    [Fact]
    public async Task Queues_are_shared_as_clients_share_them()
    {
        await cluster.TopicAsync("shared", queues: 3);
        var lines = (await cluster.AdminAsync("allocateMQ", "-t", "shared", "-i", "first,second")).Lines;
        Assert.Equal(["CLIENT BROKER QUEUE ID", "first broker-a 0", "first broker-a 1", "second broker-a 2"], lines);
        (await cluster.AdminAsync("allocateMQ", "-t", "shared", "-i", ",")).IsRefused("-i names no consumer");
    }

    [Fact]
    public async Task The_list_with_groups_names_who_consumes_a_topic()
    {
        await cluster.TopicAsync("watched");
        await using var member = await cluster.MemberAsync("watchers", "watched");
        await cluster.CommitAsync("watchers", "watched", 0, 0);
        var lines = (await cluster.AdminAsync("topicList", "-c")).Lines;
        Assert.Equal("CLUSTER TOPIC GROUP", lines[0]);
        Assert.Contains("DefaultCluster watched watchers", lines);
        Assert.DoesNotContain(lines, line => line.Contains("%RETRY%"));
    }
}
