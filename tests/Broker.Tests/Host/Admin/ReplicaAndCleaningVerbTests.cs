using Xunit;

namespace Broker.Tests.Host.Admin;

public sealed class ReplicaAndCleaningVerbTests(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    [Theory]
    [InlineData("-b")]
    [InlineData("-c")]
    public async Task A_master_without_slaves_says_so(string by)
    {
        string which = by == "-b" ? cluster.BrokerAddress : "DefaultCluster";
        var shown = await cluster.JsonAsync("haStatus", by, which);
        var broker = Assert.Single(shown.GetProperty("brokers").EnumerateArray());
        Assert.Equal(cluster.BrokerAddress, broker.GetProperty("broker").GetString());
        Assert.True(broker.GetProperty("master").GetBoolean());
        Assert.Equal(0, broker.GetProperty("slavesInSync").GetInt32());
        Assert.Empty(shown.GetProperty("slaves").EnumerateArray());
    }

    [Fact]
    public async Task A_flush_offset_is_told() =>
        Assert.Equal(
            [$"broker: {cluster.BrokerAddress}", "master flush offset: 0"],
            (await cluster.AdminAsync("resetMasterFlushOffset", "-b", cluster.BrokerAddress, "-o", "0")).Lines
        );

    [Theory]
    [InlineData("cleanExpiredCQ")]
    [InlineData("cleanUnusedTopic")]
    [InlineData("deleteExpiredCommitLog")]
    public async Task Brokers_clean_when_they_are_asked(string verb)
    {
        string[] cleaned = ["BROKER", cluster.BrokerAddress];
        Assert.Equal(cleaned, (await cluster.AdminAsync(verb)).Lines);
        Assert.Equal(cleaned, (await cluster.AdminAsync(verb, "-c", "DefaultCluster")).Lines);
        Assert.Equal(cleaned, (await cluster.AdminAsync(verb, "-b", cluster.BrokerAddress)).Lines);
        (await cluster.AdminAsync(verb, "-c", "nobody")).IsRefused("there is no cluster nobody");
    }
}
