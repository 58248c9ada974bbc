using System.Globalization;
using System.Text.Json.Nodes;

namespace Clients;

/// <summary>Messages that ask for a later delivery come when it is time, to clients that know nothing of it.</summary>
public sealed class DelayTests(BrokerUnderTest broker)
{
    [Theory]
    [InlineData(NpmClient.AliOns)]
    [InlineData(NpmClient.RocketMqNodeJs)]
    public async Task What_waits_comes_after_what_was_sent_later(string receiver)
    {
        var topic = await broker.CreateTopicAsync("delay");
        var due = DateTimeOffset.UtcNow.AddSeconds(3).ToUnixTimeMilliseconds();
        var atTime = Message(topic, "at-time", "__STARTDELIVERTIME", due);
        var afterTime = Message(topic, "after-time", "TIMER_DELAY_MS", 3_500);
        var atLevel = Message(topic, "at-level", "DELAY", 1);
        var past = Message(topic, "past", "__STARTDELIVERTIME", due - 3_600_000);
        await using var consumer = await broker.Npm.ConsumeAsync(
            receiver,
            new JsonObject
            {
                ["group"] = await broker.CreateGroupAsync("delay"),
                ["topic"] = topic,
                ["expression"] = "*",
            }
        );
        TestMessage[] messages = [afterTime, atTime, atLevel, past];
        await broker.Npm.ProduceAsync(NpmClient.AliOns, messages);
        await consumer.UntilAsync(received => received.Count >= messages.Length);
        await consumer.StopAsync();
        Delivery.AssertOnceEach(messages, consumer.Received);
        var keys = consumer.Received.Select(message => message.Keys).ToList();
        Assert.True(keys.IndexOf("past") < keys.IndexOf("at-time"), string.Join(' ', keys));
        Assert.True(keys.IndexOf("at-time") < keys.IndexOf("after-time"), string.Join(' ', keys));
    }

    static TestMessage Message(string topic, string key, string property, long value) =>
        new(topic, "later", key, key)
        {
            Properties = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [property] = value.ToString(CultureInfo.InvariantCulture),
            },
        };
}
