using System.Text.Json.Nodes;
using Clients;

namespace Cluster;

/// <summary>Deleting an instance leaves its volumes; the same instance made again finds its messages there.</summary>
public sealed class RebirthTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task A_deleted_instance_leaves_only_volumes_and_finds_its_messages_again()
    {
        var space = cluster.Namespace("rebirth");
        await using var instance = new Instance(cluster, space, "phoenix");
        await instance.ApplyAsync();
        await instance.WaitReadyAsync();
        await instance.ApplyTopicAsync("orders");
        await instance.WaitReadyAsync("topic", "orders", seconds: 60);
        var messages = TestMessage.Many("orders", 200, seed: 5);
        await (await instance.OutsideAsync()).ProduceAsync(NpmClient.AliOns, messages);

        await Kubectl.RunAsync("-n", space, "delete", "rocketmqinstance", instance.Name);
        foreach (
            var kind in (string[])
                ["statefulset", "service", "configmap", "lease", "endpointslice", "role", "serviceaccount", "pdb"]
        )
            await Eventually.TrueAsync(
                $"no {kind} of the instance",
                async () => (await Kubectl.ListAsync(space, kind, instance.Label)).Count == 0,
                limitSeconds: 60
            );
        await instance.WaitUntilNoPodsAsync();
        Assert.NotEmpty(await Kubectl.ListAsync(space, "pvc", instance.Label));
        Assert.NotNull(await Kubectl.GetAsync(space, "topic", "orders"));

        await instance.ApplyAsync();
        await instance.WaitReadyAsync();
        await instance.WaitReadyAsync("topic", "orders", seconds: 60);
        await instance.ApplyGroupAsync("readers");
        await instance.WaitReadyAsync("groups.rocketmq.io", "readers", seconds: 60);
        var options = new JsonObject { ["group"] = "readers", ["topic"] = "orders" };
        await using var consumer = await (await instance.OutsideAsync()).ConsumeAsync(NpmClient.AliOns, options);
        await consumer.UntilAsync(received => received.Count >= messages.Count, quietSeconds: 60);
        await consumer.StopAsync();
        Delivery.AssertOnceEach(messages, consumer.Received);
    }
}
