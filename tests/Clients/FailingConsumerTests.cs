using System.Text.Json.Nodes;

namespace Clients;

/// <summary>
/// A message that its consumer cannot handle comes again, a limited number of times, and then lies in the dead
/// letters, from which it can be sent again.
/// </summary>
public sealed class FailingConsumerTests(BrokerUnderTest broker)
{
    const int Retries = 3;

    // The C++ client takes what lies in a queue as one batch, of which it sends all back after showing the first.
    [Theory]
    [InlineData(NpmClient.AliOns, 10)]
    [InlineData(NpmClient.RocketMqNodeJs, 1)]
    public async Task What_fails_is_delivered_again_and_then_kept_as_a_dead_letter(string client, int count)
    {
        var topic = await broker.CreateTopicAsync("failing");
        var group = await broker.CreateGroupAsync("failing", Retries);
        var messages = TestMessage.Many(topic, count, seed: 3);
        await using var failing = await broker.Npm.ConsumeAsync(
            client,
            new JsonObject
            {
                ["group"] = group,
                ["topic"] = topic,
                ["failing"] = true,
                ["maxReconsumeTimes"] = Retries,
            }
        );
        await broker.Npm.ProduceAsync(NpmClient.AliOns, messages);
        await failing.UntilAsync(received => received.Count >= messages.Count * (1 + Retries), quietSeconds: 90);
        await failing.StopAsync();

        var deliveries = failing.Received.CountBy(message => message.Keys, StringComparer.Ordinal);
        Assert.All(deliveries, delivery => Assert.Equal(1 + Retries, delivery.Value));
        Assert.All(failing.Received, Unchanged);

        await using var dead = await broker.Npm.ConsumeAsync(
            NpmClient.AliOns,
            new JsonObject { ["group"] = await broker.CreateGroupAsync("dead"), ["topic"] = $"%DLQ%{group}" }
        );
        await dead.UntilAsync(received => received.Count >= messages.Count);
        await dead.StopAsync();
        Delivery.AssertOnceEach(messages, dead.Received);

        await ResendAsync(client, topic, group, messages);

        void Unchanged(ReceivedMessage message) =>
            Assert.Equal(messages.Single(sent => sent.Keys == message.Keys).Sha256, message.Sha256);
    }

    /// <summary>
    /// Sent again by an administrator, dead letters are messages that have not been tried yet; another group gets none.
    /// </summary>
    async Task ResendAsync(string client, string topic, string group, IReadOnlyList<TestMessage> messages)
    {
        await using var stranger = await broker.Npm.ConsumeAsync(
            NpmClient.AliOns,
            new JsonObject { ["group"] = await broker.CreateGroupAsync("stranger"), ["topic"] = topic }
        );
        await using var healed = await broker.Npm.ConsumeAsync(
            client,
            new JsonObject
            {
                ["group"] = group,
                ["topic"] = topic,
                ["maxReconsumeTimes"] = Retries,
            }
        );
        await stranger.UntilAsync(received => received.Count >= messages.Count);
        Assert.Equal(1 + messages.Count, (await broker.AdminAsync("resendDeadLetters", "-g", group, "-b", "0")).Count);
        await healed.UntilAsync(received => Untried(received).Count() >= messages.Count);
        await healed.StopAsync();
        await stranger.StopAsync();
        // A client that commits late may also get what failed last, and not every client says how often it was tried.
        Delivery.AssertOnceEach(messages, Untried(healed.Received).DistinctBy(message => message.Keys));
        Delivery.AssertOnceEach(messages, stranger.Received);
    }

    static IEnumerable<ReceivedMessage> Untried(IReadOnlyList<ReceivedMessage> received) =>
        received.Where(message => message.ReconsumeTimes is null or 0);
}
