namespace Cluster;

/// <summary>Several broker groups share the topics of an instance.</summary>
public sealed class BrokerGroupTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task A_second_group_joins_and_gets_every_topic()
    {
        var space = cluster.Namespace("groups");
        await using var instance = new Instance(cluster, space, "wide");
        await instance.ApplyAsync("{brokers: {groups: 1}}");
        await instance.ApplyTopicAsync("orders", "queuesPerBroker: 4");
        await instance.ApplyGroupAsync("readers");
        await instance.WaitReadyAsync();
        await instance.WaitReadyAsync("topic", "orders", seconds: 60);

        await instance.ApplyAsync("{brokers: {groups: 2}}");
        await Clients.Eventually.TrueAsync(
            "two masters",
            async () => (string?)(await instance.StatusAsync())["brokers"] == "2/2",
            limitSeconds: 120
        );
        await instance.WaitReadyAsync();
        await Clients.Eventually.TrueAsync(
            "4 queues on each of 2 brokers",
            async () => (int?)(await Kubectl.GetAsync(space, "topic", "orders"))!["status"]!["queues"] == 8,
            limitSeconds: 60
        );
        Assert.Contains("every body equal", await instance.CheckAsync("orders", "readers"), StringComparison.Ordinal);
    }
}
