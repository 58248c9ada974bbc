using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class GroupVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    string[] Changed(string settings) =>
        ["BROKER GROUP CONSUME BROADCAST ORDERLY RETRY QUEUES RETRY MAX", $"{cluster.BrokerAddress} {settings}"];

    [Fact]
    public async Task What_is_not_given_of_a_group_stays_as_it_is()
    {
        string[] verb = ["updateSubGroup", "-c", "DefaultCluster", "-g", "kept"];
        Assert.Equal(Changed("kept true true false 1 5"), (await cluster.AdminAsync([.. verb, "-r", "5"])).Lines);
        Assert.Equal(Changed("kept false true false 1 5"), (await cluster.AdminAsync([.. verb, "-s", "false"])).Lines);
        Assert.Contains(
            "DefaultCluster broker-a kept false true true false 1 5 15",
            (await cluster.AdminAsync("getConsumerConfig", "-g", "kept")).Lines
        );
    }

    [Fact]
    public async Task An_unknown_group_has_no_settings() =>
        (await cluster.AdminAsync("getConsumerConfig", "-g", "nobody")).IsRefused(
            "no broker knows group nobody; `updateSubGroup` creates it"
        );

    [Fact]
    public async Task Groups_of_a_file_are_created()
    {
        string file = Path.Combine(cluster.Folder, "groups.json");
        await File.WriteAllTextAsync(
            file,
            """[{"groupName": "listed", "retryMaxTimes": 3}]""",
            TestContext.Current.CancellationToken
        );
        var made = await cluster.AdminAsync("updateSubGroupList", "-c", "DefaultCluster", "-f", file);
        Assert.Equal(["BROKER GROUP", $"{cluster.BrokerAddress} listed"], made.Lines);
        var shown = await cluster.JsonAsync("getConsumerConfig", "-g", "listed");
        Assert.Equal(3, shown.GetProperty("groups")[0].GetProperty("retryMax").GetInt32());
    }

    [Fact]
    public async Task A_group_without_a_name_is_refused()
    {
        string file = Path.Combine(cluster.Folder, "nameless.json");
        await File.WriteAllTextAsync(file, "[{}]", TestContext.Current.CancellationToken);
        (await cluster.AdminAsync("updateSubGroupList", "-c", "DefaultCluster", "-f", file)).IsRefused(
            "a group has no groupName"
        );
    }

    [Fact]
    public async Task A_deleted_group_is_gone_with_its_topics()
    {
        await cluster.AdminAsync("updateSubGroup", "-c", "DefaultCluster", "-g", "doomed");
        var deleted = await cluster.AdminAsync("deleteSubGroup", "-c", "DefaultCluster", "-g", "doomed", "-r", "true");
        Assert.Equal(
            [
                "SERVER NAME",
                $"{cluster.BrokerAddress} doomed",
                $"{cluster.BrokerAddress} %RETRY%doomed",
                $"{cluster.BrokerAddress} %DLQ%doomed",
            ],
            deleted.Lines
        );
        (await cluster.AdminAsync("deleteSubGroup", "-c", "DefaultCluster", "-g", "doomed")).IsRefused(
            $"{cluster.BrokerAddress} does not know group doomed"
        );
    }

    [Fact]
    public async Task Progress_shows_each_queue_and_the_sum()
    {
        await cluster.TopicAsync("behind");
        for (int i = 0; i < 5; i++)
            await cluster.Broker.SendAsync("behind", $"body {i}", 1);
        await using var member = await cluster.MemberAsync("slow", "behind");
        await cluster.CommitAsync("slow", "behind", 0, 0);
        await cluster.CommitAsync("slow", "behind", 1, 2);
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("consumerProgress", "-g", "slow")).Lines.Contains("diff total: 3")
        );
        var lines = (await cluster.AdminAsync("consumerProgress", "-g", "slow", "-t", "behind")).Lines;
        Assert.Equal("TOPIC BROKER QUEUE ID BROKER OFFSET CONSUMER OFFSET DIFF IN FLIGHT LAST TIME", lines[0]);
        Assert.StartsWith("behind broker-a 0 0 0 0 ", lines[1]);
        Assert.StartsWith("behind broker-a 1 5 2 3 ", lines[2]);
        var all = await cluster.JsonAsync("consumerProgress");
        var slow = all.GetProperty("groups")
            .EnumerateArray()
            .Single(one => one.GetProperty("group").GetString() == "slow");
        Assert.Equal(1, slow.GetProperty("members").GetInt32());
        Assert.Equal("Clustering", slow.GetProperty("model").GetString());
        Assert.Equal(3, slow.GetProperty("diffTotal").GetInt64());
    }

    [Fact]
    public async Task The_members_queues_are_shown_where_members_say_them()
    {
        await cluster.TopicAsync("owned", queues: 1);
        await using var member = await cluster.MemberAsync("owners", "owned");
        await cluster.CommitAsync("owners", "owned", 0, 0);
        var lines = (await cluster.AdminAsync("consumerProgress", "-g", "owners", "-t", "owned", "-s", "true")).Lines;
        Assert.Equal("TOPIC BROKER QUEUE ID BROKER OFFSET CONSUMER OFFSET CLIENT DIFF IN FLIGHT LAST TIME", lines[0]);
        // This member answers no questions.
        Assert.StartsWith("owned broker-a 0 0 0 - 0 ", lines[1]);
    }

    [Theory]
    [InlineData("consumerProgress")]
    [InlineData("consumerConnection")]
    [InlineData("consumerStatus")]
    public async Task A_group_that_nobody_knows_is_said_so_with_what_to_do(string verb) =>
        (await cluster.AdminAsync(verb, "-g", "nobody")).IsRefused(
            $"{verb}: no broker knows group nobody",
            "`updateSubGroup` creates one"
        );

    [Fact]
    public async Task A_group_that_has_consumed_nothing_is_said_so()
    {
        await cluster.TopicAsync("untouched");
        await using var member = await cluster.MemberAsync("fresh", "untouched");
        (await cluster.AdminAsync("consumerProgress", "-g", "fresh")).IsRefused(
            "group fresh has no position in any topic: nobody has consumed it yet"
        );
    }

    [Fact]
    public async Task Connections_show_members_and_subscriptions()
    {
        await cluster.TopicAsync("joined");
        await using var member = await cluster.MemberAsync("joiners", "joined", "a || b");
        var shown = await cluster.JsonAsync("consumerConnection", "-g", "joiners");
        var one = Assert.Single(shown.GetProperty("members").EnumerateArray());
        Assert.Equal("member-of-joiners", one.GetProperty("client").GetString());
        Assert.Contains("127.0.0.1:", one.GetProperty("address").GetString());
        Assert.Contains(
            shown.GetProperty("subscriptions").EnumerateArray(),
            wanted => wanted.GetProperty("expression").GetString() == "a || b"
        );
        Assert.Equal("Passively", shown.GetProperty("consumeType").GetString());
        Assert.Equal("Clustering", shown.GetProperty("messageModel").GetString());
        Assert.Equal("LastOffset", shown.GetProperty("consumeFromWhere").GetString());
        var direct = await cluster.AdminAsync("consumerConnection", "-g", "joiners", "-b", cluster.BrokerAddress);
        Assert.Equal("CLIENT ADDRESS LANGUAGE VERSION", direct.Lines[0]);
    }

    [Fact]
    public async Task A_group_that_is_offline_is_said_so()
    {
        await cluster.TopicAsync("left");
        await using (await cluster.MemberAsync("leavers", "left"))
        {
            // Comes and goes.
        }
        await Eventually.TrueAsync(async () =>
            (await cluster.AdminAsync("consumerConnection", "-g", "leavers")).Error.Contains(
                "nobody of group leavers is online"
            )
        );
        (await cluster.AdminAsync("consumerStatus", "-g", "leavers")).IsRefused("nobody of group leavers is online");
    }

    [Fact]
    public async Task Status_of_a_member_that_is_not_there_names_those_that_are()
    {
        await cluster.TopicAsync("present");
        await using var member = await cluster.MemberAsync("presents", "present");
        (await cluster.AdminAsync("consumerStatus", "-g", "presents", "-i", "else")).IsRefused(
            "else is no member of presents; there are member-of-presents"
        );
    }

    [Fact]
    public async Task Producers_are_shown_by_group_and_by_broker()
    {
        await cluster.TopicAsync("written");
        await using var member = await cluster.MemberAsync("writers", "written");
        var lines = (
            await cluster.AdminAsync("producerConnection", "-g", "producers-of-writers", "-t", "written")
        ).Lines;
        Assert.Equal("CLIENT ADDRESS LANGUAGE VERSION", lines[0]);
        Assert.StartsWith("member-of-writers 127.0.0.1:", lines[1]);
        var all = await cluster.JsonAsync("producer", "-b", cluster.BrokerAddress);
        Assert.Contains(
            all.GetProperty("producers").EnumerateArray(),
            one => one.GetProperty("group").GetString() == "producers-of-writers"
        );
        (await cluster.AdminAsync("producerConnection", "-g", "nobody", "-t", "written")).IsRefused(
            "nobody of producer group nobody is connected"
        );
    }

    [Fact]
    public async Task A_broker_that_does_not_listen_is_named() =>
        (await cluster.AdminAsync("producer", "-b", "127.0.0.1:1")).IsRefused("127.0.0.1:1", "Connection refused");
}
