using System.Text.Json.Nodes;

namespace Clients;

/// <summary>What one client sends another receives: all of it, once, unchanged.</summary>
public sealed class AcrossClientsTests(BrokerUnderTest broker)
{
    const int Seed = 20260;
    const int FourMebibytes = 4 * 1024 * 1024;

    [Theory]
    [InlineData(NpmClient.AliOns, NpmClient.RocketMqNodeJs)]
    [InlineData(NpmClient.RocketMqNodeJs, NpmClient.AliOns)]
    public async Task Ten_thousand_messages_arrive_once_and_unchanged(string sender, string receiver)
    {
        var messages = TestMessage.Many(await broker.CreateTopicAsync("across"), 10_000, Seed);
        await using var consumer = await SubscribeAsync(receiver, messages[0].Topic);
        await broker.Npm.ProduceAsync(sender, messages);
        await consumer.UntilAsync(received => received.Count >= messages.Count);
        await consumer.StopAsync();
        Delivery.AssertOnceEach(messages, consumer.Received);
    }

    [Theory]
    [InlineData(NpmClient.AliOns, NpmClient.RocketMqNodeJs)]
    [InlineData(NpmClient.RocketMqNodeJs, NpmClient.AliOns)]
    [InlineData(NpmClient.AliOns, NpmClient.AliOns)]
    public async Task A_body_of_4_MiB_arrives_unchanged(string sender, string receiver)
    {
        var topic = await broker.CreateTopicAsync("large");
        var messages = Enumerable
            .Range(0, 3)
            .Select(number => new TestMessage(
                topic,
                "large",
                $"key-{number}",
                TestMessage.LargeText(FourMebibytes, number)
            ))
            .ToList();
        await using var consumer = await SubscribeAsync(receiver, topic);
        await broker.Npm.ProduceAsync(sender, messages);
        await consumer.UntilAsync(received => received.Count >= messages.Count);
        await consumer.StopAsync();
        Delivery.AssertOnceEach(messages, consumer.Received);
        Assert.All(consumer.Received, message => Assert.Equal(FourMebibytes, message.Bytes));
    }

    [Fact]
    public async Task User_properties_arrive_in_every_script()
    {
        var topic = await broker.CreateTopicAsync("properties");
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["colour"] = "红色 🍎",
            ["empty-looking"] = " ",
            ["json"] = """{"a": [1, "b"]}""",
        };
        var message = new TestMessage(topic, "标签", "钥匙", "body") { Properties = properties };
        await using var consumer = await SubscribeAsync(NpmClient.AliOns, topic);
        await broker.Npm.ProduceAsync(NpmClient.AliOns, [message]);
        await consumer.UntilAsync(received => received.Count >= 1);
        Delivery.AssertOnceEach([message], consumer.Received);
        var received = consumer.Received[0].Properties!;
        Assert.Equal(properties, properties.ToDictionary(pair => pair.Key, pair => (string)received[pair.Key]!));
    }

    [Theory]
    [InlineData(NpmClient.AliOns)]
    [InlineData(NpmClient.RocketMqNodeJs)]
    public async Task A_tag_expression_lets_only_its_tags_through(string receiver)
    {
        var messages = TestMessage.Many(await broker.CreateTopicAsync("tags"), 500, Seed);
        var wanted = messages.Where(message => message.Tags is "tag-1" or "tag-3").ToList();
        await using var consumer = await SubscribeAsync(receiver, messages[0].Topic, "tag-1 || tag-3");
        await broker.Npm.ProduceAsync(NpmClient.RocketMqNodeJs, messages);
        await consumer.UntilAsync(received => received.Count >= wanted.Count);
        await consumer.StopAsync();
        Delivery.AssertOnceEach(wanted, consumer.Received);
    }

    async Task<NpmConsumer> SubscribeAsync(string client, string topic, string expression = "*") =>
        await broker.Npm.ConsumeAsync(
            client,
            new JsonObject
            {
                ["group"] = await broker.CreateGroupAsync("across"),
                ["topic"] = topic,
                ["expression"] = expression,
            }
        );
}
