using System.Text.Json.Nodes;

namespace Clients;

/// <summary>Members of one group share the queues; members of a broadcast group each receive everything.</summary>
public sealed class MembershipTests(BrokerUnderTest broker)
{
    const int GetMembers = 38;

    [Theory]
    [InlineData(NpmClient.AliOns, NpmClient.AliOns)]
    [InlineData(NpmClient.RocketMqNodeJs, NpmClient.RocketMqNodeJs)]
    public async Task Two_members_share_the_queues(string first, string second)
    {
        var topic = await broker.CreateTopicAsync("shared");
        var group = await broker.CreateGroupAsync("shared");
        await using var one = await JoinAsync(first, group, topic);
        await using var two = await JoinAsync(second, group, topic);
        await Eventually.TrueAsync($"two members of {group}", async () => await MembersAsync(group) == 2);
        await UntilBothReceiveAsync(topic, one, two);

        var messages = TestMessage.Many(topic, 2_000, seed: 1);
        var keys = messages.Select(message => message.Keys).ToHashSet(StringComparer.Ordinal);
        await broker.Npm.ProduceAsync(NpmClient.AliOns, messages);
        await UntilAllAreReceivedAsync(keys, one, two);
        Delivery.AssertOnceEach(messages, one.Received.Concat(two.Received).Where(message => !IsProbe(message)));
        Assert.True(
            one.Received.Count > 500 && two.Received.Count > 500,
            $"{one.Received.Count} and {two.Received.Count}"
        );
    }

    [Fact]
    public async Task Every_member_of_a_broadcast_group_receives_everything()
    {
        var topic = await broker.CreateTopicAsync("broadcast");
        var group = await broker.CreateGroupAsync("broadcast");
        await using var one = await JoinAsync(NpmClient.AliOns, group, topic, broadcast: true);
        await using var two = await JoinAsync(NpmClient.AliOns, group, topic, broadcast: true);
        var messages = TestMessage.Many(topic, 500, seed: 2);
        await broker.Npm.ProduceAsync(NpmClient.RocketMqNodeJs, messages);
        foreach (var member in new[] { one, two })
        {
            await member.UntilAsync(received => received.Count >= messages.Count);
            await member.StopAsync();
            Delivery.AssertOnceEach(messages, member.Received);
        }
    }

    Task<NpmConsumer> JoinAsync(string client, string group, string topic, bool broadcast = false) =>
        broker.Npm.ConsumeAsync(
            client,
            new JsonObject
            {
                ["group"] = group,
                ["topic"] = topic,
                ["broadcast"] = broadcast,
            }
        );

    /// <summary>
    /// A quiet pair has not yet received everything: on a busy machine a client may pause for longer than that. The
    /// quiet time after the last one shows doubles.
    /// </summary>
    static async Task UntilAllAreReceivedAsync(HashSet<string> keys, NpmConsumer one, NpmConsumer two)
    {
        const int rounds = 15;
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(one.UntilQuietAsync(), two.UntilQuietAsync());
            var received = one.Received.Concat(two.Received).Select(message => message.Keys);
            if (keys.IsSubsetOf(received))
                return;
        }
    }

    static bool IsProbe(ReceivedMessage message) => message.Keys.StartsWith("probe", StringComparison.Ordinal);

    async Task<int> MembersAsync(string group)
    {
        var fields = new JsonObject { ["consumerGroup"] = group };
        var answer = await BrokerUnderTest.AskAsync(broker.Broker, GetMembers, fields);
        return answer.Code == 0 ? JsonNode.Parse(answer.Body)!["consumerIdList"]!.AsArray().Count : 0;
    }

    /// <summary>
    /// Whoever came first holds all queues until it has heard of the other. One probe per queue shows when each has
    /// its share.
    /// </summary>
    async Task UntilBothReceiveAsync(string topic, NpmConsumer one, NpmConsumer two)
    {
        for (var round = 0; ; round++)
        {
            var probes = Enumerable
                .Range(0, 8)
                .Select(queue => new TestMessage(topic, "probe", $"probe-{round}-{queue}", "?"));
            var (before, beforeToo) = (one.Received.Count, two.Received.Count);
            await broker.Npm.ProduceAsync(NpmClient.AliOns, [.. probes]);
            await Task.WhenAll(one.UntilQuietAsync(), two.UntilQuietAsync());
            if (one.Received.Count - before == 4 && two.Received.Count - beforeToo == 4)
                return;
            Assert.True(
                round < 20,
                $"After {round} rounds the queues are not shared: {one.Received.Count}, {two.Received.Count}"
            );
        }
    }
}
