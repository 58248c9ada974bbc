using Clients;

namespace Cluster;

/// <summary>What is killed or deleted by hand comes back, and the messages with it.</summary>
public sealed class HealingTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task A_killed_broker_and_deleted_children_come_back_with_their_messages()
    {
        var space = cluster.Namespace("healing");
        await using var instance = new Instance(cluster, space, "healing");
        await instance.ApplyAsync();
        await instance.WaitReadyAsync();
        await instance.ApplyTopicAsync("orders");
        await instance.ApplyGroupAsync("readers");
        await instance.WaitReadyAsync("topic", "orders", seconds: 60);
        await instance.WaitReadyAsync("groups.rocketmq.io", "readers", seconds: 60);
        await instance.CheckAsync("orders", "readers", messages: 100);

        await KillAsync(space, "healing-g0-0");
        await instance.WaitReadyAsync();
        await instance.CheckAsync("orders", "readers", messages: 100);

        string[] children =
        [
            "service/healing-ns",
            "service/healing-ns-0",
            "service/healing-g0-0",
            "service/healing-g0-a",
            "configmap/healing-g0",
            "poddisruptionbudget/healing-g0",
            "serviceaccount/healing-broker",
            "rolebinding/healing-broker",
            "statefulset/healing-ns",
            "statefulset/healing-g0",
        ];
        foreach (var child in children)
            await DeleteAndExpectBackAsync(space, child);
        await instance.WaitReadyAsync(seconds: 180);
        await instance.CheckAsync("orders", "readers", messages: 100);
    }

    static async Task KillAsync(string space, string pod)
    {
        var before = await UidAsync(space, $"pod/{pod}");
        await Kubectl.RunAsync("-n", space, "delete", "pod", pod, "--grace-period=0", "--force");
        await Eventually.TrueAsync(
            $"another {pod}",
            async () => await UidAsync(space, $"pod/{pod}") is { } uid && uid != before
        );
    }

    static async Task DeleteAndExpectBackAsync(string space, string child)
    {
        var before = await UidAsync(space, child);
        Assert.True(before is not null, $"There is no {child} to begin with.");
        await Kubectl.RunAsync("-n", space, "delete", child, "--wait=false");
        await Eventually.TrueAsync(
            $"another {child}",
            async () => await UidAsync(space, child) is { } uid && uid != before,
            limitSeconds: 60
        );
    }

    static async Task<string?> UidAsync(string space, string child)
    {
        var parts = child.Split('/');
        return (string?)(await Kubectl.GetAsync(space, parts[0], parts[1]))?["metadata"]?["uid"];
    }
}
