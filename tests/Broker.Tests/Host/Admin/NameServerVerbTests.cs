using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class NameServerVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Fact]
    public async Task A_key_of_the_name_server_changes_while_it_runs()
    {
        var changed = await cluster.AdminAsync("updateNamesrvConfig", "-k", "orderMessageEnable", "-v", "true");
        Assert.Equal(["NAME SERVER KEY VALUE", $"{cluster.NameServer} orderMessageEnable true"], changed.Lines);
        Assert.Contains(
            $"{cluster.NameServer} orderMessageEnable true",
            (await cluster.AdminAsync("getNamesrvConfig")).Lines
        );
    }

    [Fact]
    public async Task A_key_that_cannot_change_is_refused() =>
        (await cluster.AdminAsync("updateNamesrvConfig", "-k", "kvConfigPath", "-v", "x")).IsRefused(
            $"{cluster.NameServer} refused: ",
            "(NoPermission)"
        );

    [Fact]
    public async Task A_pair_is_set_and_deleted()
    {
        string[] pair = ["-s", "space", "-k", "key"];
        Assert.Equal(
            ["NAME SERVER NAMESPACE KEY VALUE", $"{cluster.NameServer} space key text"],
            (await cluster.AdminAsync(["updateKvConfig", .. pair, "-v", "text"])).Lines
        );
        Assert.Equal(
            ["NAME SERVER NAMESPACE KEY VALUE", $"{cluster.NameServer} space key -"],
            (await cluster.AdminAsync(["deleteKvConfig", .. pair])).Lines
        );
    }

    [Fact]
    public async Task Senders_are_led_away_from_a_broker_and_back()
    {
        await cluster.TopicAsync("wiped");
        var wiped = await cluster.JsonAsync("wipeWritePerm", "-b", "broker-a");
        Assert.True(wiped.GetProperty("changed")[0].GetProperty("topics").GetInt64() > 0);
        Assert.Contains("broker-a 2 2 4", (await cluster.AdminAsync("topicRoute", "-t", "wiped")).Lines);
        (await cluster.AdminAsync("sendMessage", "-t", "wiped", "-p", "x")).IsRefused(
            "wiped has no queue that can be written",
            "`topicRoute`"
        );
        var added = await cluster.JsonAsync("addWritePerm", "-b", "broker-a");
        Assert.True(added.GetProperty("changed")[0].GetProperty("topics").GetInt64() > 0);
        Assert.Contains("broker-a 2 2 6", (await cluster.AdminAsync("topicRoute", "-t", "wiped")).Lines);
    }

    [Theory]
    [InlineData("wipeWritePerm")]
    [InlineData("addWritePerm")]
    public async Task A_broker_that_is_not_there_is_said_so(string verb) =>
        (await cluster.AdminAsync(verb, "-b", "nobody")).IsRefused("there is no broker nobody; there is broker-a");
}
