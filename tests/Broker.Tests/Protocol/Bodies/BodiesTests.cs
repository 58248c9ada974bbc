using System.Text;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Xunit;

namespace Broker.Tests.Protocol.Bodies;

public sealed class BodiesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_registration_survives_both_forms(bool compressed)
    {
        var topic = new TopicConfig
        {
            TopicName = "orders",
            ReadQueueNums = 3,
            WriteQueueNums = 4,
            Perm = 2,
            Attributes = new Dictionary<string, string> { ["message.type"] = "FIFO" },
        };
        var body = new RegisterBrokerBody(new DataVersion(1, 2, 3), [topic], ["f:1"]);
        var read = RegisterBrokerBody.TryParse(
            compressed ? body.ToCompressed() : body.ToJson(),
            compressed,
            out var problem
        );
        Assert.True(read is not null, problem);
        Assert.Equal((body.Version, "f:1"), (read.Version, Assert.Single(read.FilterServers)));
        var topicRead = Assert.Single(read.Topics);
        Assert.Equal(topic with { Attributes = null }, topicRead with { Attributes = null });
        Assert.Equal("FIFO", topicRead.Attributes!["message.type"]);
    }

    [Fact]
    public void A_cut_registration_is_described_at_every_length()
    {
        var whole = new RegisterBrokerBody(default, [new TopicConfig { TopicName = "t" }], []).ToCompressed();
        for (var length = 0; length < whole.Length - 8; length++)
        {
            if (RegisterBrokerBody.TryParse(whole.AsSpan(0, length), compressed: true, out var problem) is null)
                Assert.NotEqual("", problem);
        }
    }

    [Fact]
    public void A_heartbeat_of_the_cpp_client_with_ordinals_is_read()
    {
        var heartbeat = HeartbeatData.Parse(
            """
            {"clientID":"c","consumerDataSet":[{"groupName":"g","consumeType":1,"messageModel":1,"consumeFromWhere":0,
            "subscriptionDataSet":[{"topic":"t","subString":"a || b","tagsSet":["a","b"],"codeSet":["97",98],
            "subVersion":"17"}]}],"producerDataSet":[{"groupName":"p"}]}
            """u8
        );
        var consumer = Assert.Single(heartbeat.Consumers);
        Assert.Equal((ConsumeType.Passively, MessageModel.Clustering), (consumer.ConsumeType, consumer.MessageModel));
        var subscription = Assert.Single(consumer.Subscriptions);
        Assert.Equal((17L, "TAG"), (subscription.SubVersion, subscription.ExpressionType));
        Assert.Equal([97, 98], subscription.CodeSet);
        Assert.Equal("p", Assert.Single(heartbeat.ProducerGroups));
    }

    [Fact]
    public void A_heartbeat_survives_writing_and_reading()
    {
        var heartbeat = new HeartbeatData
        {
            ClientId = "c",
            ProducerGroups = ["p"],
            Fingerprint = 5,
            WithoutSubscriptions = true,
            Consumers =
            [
                new ConsumerData
                {
                    GroupName = "g",
                    MessageModel = MessageModel.Broadcasting,
                    ConsumeFromWhere = ConsumeFromWhere.Timestamp,
                },
            ],
        };
        var read = HeartbeatData.Parse(heartbeat.ToJson());
        Assert.Equal(
            (5, true, MessageModel.Broadcasting, ConsumeFromWhere.Timestamp),
            (
                read.Fingerprint,
                read.WithoutSubscriptions,
                read.Consumers[0].MessageModel,
                read.Consumers[0].ConsumeFromWhere
            )
        );
    }

    [Fact]
    public void Queues_are_keys_in_statistics()
    {
        var queue = new MessageQueue("t", "b", 1);
        Assert.Equal(
            """{"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:"""
                + """{"lastUpdateTimestamp":7,"maxOffset":6,"minOffset":5}},"topicPutTps":0.0}""",
            Encoding.UTF8.GetString(new TopicStatsTable([new TopicOffset(queue, 5, 6, 7)]).ToJson())
        );
        var stats = new ConsumeStats([new ConsumeOffset(queue, 9, 4, 5, 6)], 1.5);
        var read = ConsumeStats.Parse(stats.ToJson());
        Assert.Equal((5L, 1.5, stats.Offsets[0]), (read.Behind, read.ConsumeTps, read.Offsets[0]));
    }

    [Fact]
    public void A_group_keeps_what_it_was_given_and_has_the_defaults_else()
    {
        var table = SubscriptionGroupTable.Parse(
            """
            {"dataVersion":{"counter":2},"subscriptionGroupTable":{"g":{"groupName":"g","retryMaxTimes":3,
            "unknown":[1],"groupRetryPolicy":{"type":"EXPONENTIAL"}}},"forbiddenTable":{"g":{"t":4}}}
            """u8
        );
        var group = Assert.Single(table.Groups);
        Assert.Equal(
            (3, 1, true, 1L),
            (group.RetryMaxTimes, group.RetryQueueNums, group.ConsumeEnable, group.WhichBrokerWhenConsumeSlowly)
        );
        var text = Encoding.UTF8.GetString(table.ToJson(FastJsonStyle.Pretty));
        Assert.Contains("\"type\":\"EXPONENTIAL\"", text, StringComparison.Ordinal);
        Assert.Equal(4, SubscriptionGroupTable.Parse(Encoding.UTF8.GetBytes(text)).Forbidden["g"]["t"]);
    }

    [Fact]
    public void A_route_is_read_with_quoted_and_with_unquoted_ids()
    {
        var route = new TopicRouteData
        {
            BrokerDatas = [new BrokerData("c", "b", new Dictionary<long, string> { [0] = "h:1" })],
            QueueDatas = [new QueueData("b", 1, 2, 6, 0)],
        };
        foreach (var style in (FastJsonStyle[])[FastJsonStyle.Compact, FastJsonStyle.QuotedNumberKeys])
        {
            var read = TopicRouteData.Parse(route.ToJson(style));
            Assert.Equal("h:1", read.BrokerDatas[0].BrokerAddrs[0]);
            Assert.Equal(route.QueueDatas, read.QueueDatas);
        }
    }
}
