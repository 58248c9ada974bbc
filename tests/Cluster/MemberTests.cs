using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Clients;

namespace Cluster;

/// <summary>
/// What a Group says of its members, and which offset resets it refuses, with members that are real clients.
/// </summary>
public sealed partial class MemberTests(ClusterUnderTest cluster)
{
    const string Kind = "groups.rocketmq.io";
    const string Group = "readers";
    const string Topic = "orders";

    [Fact]
    public async Task A_group_names_members_that_differ_and_refuses_a_reset_to_a_time_that_is_not_kept()
    {
        var space = cluster.Namespace("members");
        await using var instance = new Instance(cluster, space, "shop");
        await instance.ApplyAsync();
        await instance.ApplyTopicAsync(Topic);
        await instance.ApplyGroupAsync(Group);
        await instance.WaitReadyAsync();
        await instance.WaitReadyAsync("topic", Topic, seconds: 60);
        await instance.WaitReadyAsync(Kind, Group, seconds: 60);
        var npm = await instance.OutsideAsync();
        var messages = TestMessage.Many(Topic, 10, seed: 5);
        await npm.ProduceAsync(NpmClient.AliOns, messages);
        await using var member = await JoinAsync(npm, "*");
        await member.UntilAsync(received => Keys(received).Count == messages.Count);

        string from;
        await using (var other = await JoinAsync(npm, "paid || refunded"))
        {
            await UntilMetricAsync(space, consistent: 0);
            // A changed Group is looked at at once, others once a minute.
            await instance.ApplyGroupAsync(Group, Reset("a", "2020-01-01T00:00:00Z"));
            var refused = await Conditions.UntilAsync(space, Kind, Group, "Warning", "True", "OffsetResetRefused");
            Assert.Matches(Window, refused);
            from = Window.Match(refused).Groups["from"].Value;
            Assert.Equal("Refused", await ResetStateAsync(space));
            var differ = await Conditions.UntilAsync(space, Kind, Group, "Consistent", "False", "SubscriptionsDiffer");
            Assert.Matches(Difference, differ);
            await other.StopAsync();
        }
        await UntilMetricAsync(space, consistent: 1);

        var before = member.Received.Count;
        await instance.ApplyGroupAsync(Group, Reset("b", from));
        await Conditions.UntilAsync(space, Kind, Group, "Consistent", "True", "SameSubscriptions");
        await member.UntilAsync(received => Keys(received.Skip(before)).Count == messages.Count);
        await UntilCarriedOutAsync(space);
        // The same wish and another change: its id is done.
        await instance.ApplyGroupAsync(Group, Reset("b", from) + "\n  maxRetries: 5");
        await UntilCarriedOutAsync(space);
        // As by an older manifest.
        await instance.ApplyGroupAsync(Group, Reset("a", from));
        var spent = await Conditions.UntilAsync(space, Kind, Group, "Warning", "True", "OffsetResetRefused");
        Assert.StartsWith("Id a was used before", spent, StringComparison.Ordinal);
        Assert.Equal(1, await ResetsAsync(space));
    }

    [GeneratedRegex("^2020-01-01T00:00:00Z lies outside .+ stored from (?<from>20[^ ]+Z) to 20[^ ]+Z; nothing was set")]
    private static partial Regex Window { get; }

    [GeneratedRegex(
        "^Messages are missed: unlike [^ ]+@[^ ]+, [^ ]+@[^ ]+ subscribes to orders by \".+\" instead of \""
    )]
    private static partial Regex Difference { get; }

    static Task<NpmConsumer> JoinAsync(NpmClient npm, string expression) =>
        npm.ConsumeAsync(
            NpmClient.AliOns,
            new JsonObject
            {
                ["group"] = Group,
                ["topic"] = Topic,
                ["expression"] = expression,
            }
        );

    static HashSet<string> Keys(IEnumerable<ReceivedMessage> received) => [.. received.Select(message => message.Keys)];

    static string Reset(string id, string time) =>
        $"offsetReset: {{id: {id}, topic: {Topic}, to: Timestamp, time: '{time}'}}";

    /// <summary>Through the API server, which reaches pods of any cluster.</summary>
    static Task UntilMetricAsync(string space, int consistent) =>
        Eventually.TrueAsync(
            $"rocketmq_consumer_subscription_consistent {consistent}",
            async () =>
                (
                    await Kubectl.RunAsync(
                        "get",
                        "--raw",
                        $"/api/v1/namespaces/{space}/pods/shop-g0-0:5557/proxy/metrics"
                    )
                )
                    .Split('\n')
                    .Any(line =>
                        line.StartsWith("rocketmq_consumer_subscription_consistent{", StringComparison.Ordinal)
                        && line.Contains($"consumer_group=\"{Group}\"", StringComparison.Ordinal)
                        && line.EndsWith($"}} {consistent}", StringComparison.Ordinal)
                    )
        );

    static async Task<string?> ResetStateAsync(string space) =>
        (string?)(await Kubectl.GetAsync(space, Kind, Group))!["status"]?["offsetReset"]?["state"];

    /// <summary>Until the newest spec is carried out, its offset reset too, and nothing is left to warn of.</summary>
    static Task UntilCarriedOutAsync(string space) =>
        Eventually.TrueAsync(
            "a group that is as spec says",
            async () =>
            {
                var group = (await Kubectl.GetAsync(space, Kind, Group))!;
                var conditions = group["status"]!["conditions"]!.AsArray();
                return (string?)group["status"]!["offsetReset"]?["state"] == "Done"
                    && conditions.All(condition =>
                        (string?)condition!["type"] != "Warning"
                        && (int)condition["observedGeneration"]! == (int)group["metadata"]!["generation"]!
                    );
            }
        );

    static async Task<int> ResetsAsync(string space) =>
        (await Kubectl.ListAsync(space, "events")).Count(one =>
            (string?)one["reason"] == "OffsetReset" && (string?)one["involvedObject"]!["name"] == Group
        );
}
