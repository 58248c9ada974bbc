using System.Text.Json.Nodes;
using Clients;

namespace Cluster;

/// <summary>The first thing a user does: apply the example, wait until it is ready, send and receive.</summary>
public sealed class QuickstartTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task The_example_becomes_a_cluster_that_carries_messages()
    {
        var space = cluster.Namespace("quickstart");
        await using var quickstart = new Instance(cluster, space, "quickstart");
        var example = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "examples", "quickstart.yaml"));
        await Kubectl.ApplyAsync(space, example);
        await quickstart.WaitReadyAsync();
        await quickstart.WaitReadyAsync("topic", "orders", seconds: 60);
        await quickstart.WaitReadyAsync("groups.rocketmq.io", "order-readers", seconds: 60);

        var status = await quickstart.StatusAsync();
        Assert.Equal("2/2", (string?)status["nameServers"]);
        Assert.Equal("1/1", (string?)status["brokers"]);
        Assert.Equal("quickstart-g0-0", (string?)status["groups"]![0]!["master"]);
        Assert.Contains(
            "every body equal",
            await quickstart.CheckAsync("orders", "order-readers"),
            StringComparison.Ordinal
        );

        await SendAndReceiveFromOutsideAsync(quickstart);
    }

    static async Task SendAndReceiveFromOutsideAsync(Instance quickstart)
    {
        var npm = await quickstart.OutsideAsync();
        await quickstart.ApplyTopicAsync("outside");
        await quickstart.ApplyGroupAsync("outside-readers");
        await quickstart.WaitReadyAsync("topic", "outside", seconds: 60);
        await quickstart.WaitReadyAsync("groups.rocketmq.io", "outside-readers", seconds: 60);
        var messages = TestMessage.Many("outside", 1000, seed: 4);
        var options = new JsonObject { ["group"] = "outside-readers", ["topic"] = "outside" };
        await using var consumer = await npm.ConsumeAsync(NpmClient.RocketMqNodeJs, options);
        await npm.ProduceAsync(NpmClient.AliOns, messages);
        await consumer.UntilAsync(received => received.Count >= messages.Count);
        await consumer.StopAsync();
        Delivery.AssertOnceEach(messages, consumer.Received);
    }
}
