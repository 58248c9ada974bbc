namespace Cluster;

/// <summary>A topic or group that cannot be made says so in a condition that says what to do.</summary>
public sealed class TopicAndGroupTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task Wrong_wishes_are_answered_by_conditions_and_by_the_API_server()
    {
        var space = cluster.Namespace("topics");
        await using var instance = new Instance(cluster, space, "shop");
        await instance.ApplyAsync();
        await instance.WaitReadyAsync();

        await using var nowhere = new Instance(cluster, space, "nowhere");
        await nowhere.ApplyTopicAsync("lost");
        Assert.Contains(
            "nowhere",
            await Conditions.UntilAsync(space, "topic", "lost", "Ready", "False"),
            StringComparison.Ordinal
        );

        await instance.ApplyTopicAsync("first", "topicName: Same_Name");
        await Conditions.UntilAsync(space, "topic", "first", "Ready", "True");
        await instance.ApplyTopicAsync("second", "topicName: Same_Name");
        // The older one wins; of the same second, the one with the smaller uid. Either way one of them says so.
        await Clients.Eventually.TrueAsync(
            "one Conflict among two claims of a name",
            async () => await ConflictsAsync(space, "first", "second") != await ConflictsAsync(space, "second", "first")
        );

        await RefusedAsync(() => instance.ApplyTopicAsync("illegal", "topicName: 'a b'"));
        await RefusedAsync(() => instance.ApplyTopicAsync("illegal", "topicName: " + new string('x', 300)));
        await RefusedAsync(() => instance.ApplyTopicAsync("illegal", "queuesPerBroker: many"));
        await RefusedAsync(() => instance.ApplyGroupAsync("illegal", "maxRetries: -5"));
    }

    [Fact]
    public async Task A_topic_follows_its_deletion_policy()
    {
        var space = cluster.Namespace("topics");
        await using var instance = new Instance(cluster, space, "policy");
        await instance.ApplyAsync();
        await instance.ApplyTopicAsync("kept");
        await instance.ApplyTopicAsync("gone", "deletionPolicy: Delete");
        await instance.ApplyGroupAsync("readers");
        await instance.WaitReadyAsync();
        foreach (var topic in (string[])["kept", "gone"])
            await instance.WaitReadyAsync("topic", topic, seconds: 60);
        await Kubectl.RunAsync("-n", space, "delete", "topic", "kept", "gone", "--timeout=60s");

        await instance.CheckAsync("kept", "readers", messages: 10);
        await Assert.ThrowsAnyAsync<Exception>(() => instance.CheckAsync("gone", "readers", messages: 10));
    }

    static async Task<bool> ConflictsAsync(string space, string topic, string other)
    {
        var conditions = (await Kubectl.GetAsync(space, "topic", topic))!["status"]?["conditions"]?.AsArray() ?? [];
        return conditions.Any(condition =>
            (string?)condition!["reason"] == "Conflict"
            && ((string)condition["message"]!).Contains(other, StringComparison.Ordinal)
        );
    }

    static async Task RefusedAsync(Func<Task> apply)
    {
        var refusal = await Assert.ThrowsAsync<KubectlException>(apply);
        Assert.Contains("invalid", refusal.Errors, StringComparison.OrdinalIgnoreCase);
    }
}
