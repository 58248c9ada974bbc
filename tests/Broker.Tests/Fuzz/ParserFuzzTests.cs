using System.Buffers;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Filter;
using Broker.Core.Filter.Sql;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Tests.Protocol;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Fuzz;

/// <summary>
/// Whatever comes over the wire, nothing is thrown but what becomes an answer. Each parser is fed right inputs,
/// damaged.
/// </summary>
public sealed class ParserFuzzTests
{
    const int Usual = 20_000;

    static readonly byte[] Properties = Utf8(
        "KEYS\u0001a b\u0002TAGS\u0001t\u0002UNIQ_KEY\u00017F00000100002A9F00000000000009B2\u0002"
            + "DELAY\u00013\u0002a\u00011.5"
    );

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public void Headers(SerializeType type)
    {
        var header = new Header();
        var buffer = new byte[16 * 1024];
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, HeaderOf(type, SendFields("orders")), HeaderOf(type, PullFields("orders"))),
            FuzzRun.Count(Usual),
            input =>
            {
                input.CopyTo(buffer);
                if (HeaderDecoder.Decode(buffer, 0, input.Length, (byte)type, header) != HeaderProblem.None)
                    return;
                var read = new FieldReader(header.Fields);
                read.Int("queueId"u8, 0);
                read.Long("queueOffset"u8, 0);
                read.Bool("unitMode"u8);
                read.OptionalText("topic"u8);
                _ = header.Remark.Length + header.Fields["subscription"u8].Length;
            }
        );
    }

    [Fact]
    public void Frames_of_the_reference()
    {
        var header = new Header();
        var buffer = new byte[16 * 1024];
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, [.. GoldenFile.Read("frames.txt").Values]),
            FuzzRun.Count(Usual),
            input =>
            {
                input.CopyTo(buffer);
                if (input.Length > 8)
                    HeaderDecoder.Decode(buffer, 8, input.Length - 8, buffer[4], header);
            }
        );
    }

    [Fact]
    public void Json_bodies()
    {
        const string heartbeat = """
            {"clientID":"10.0.0.1@1","producerDataSet":[{"groupName":"p"}],"consumerDataSet":[{"groupName":"g",
            "consumeType":1,"messageModel":"CLUSTERING","consumeFromWhere":0,"subscriptionDataSet":[{"topic":"t",
            "subString":"a || b","tagsSet":["a"],"codeSet":[97],"subVersion":"17","expressionType":"TAG"}]}]}
            """;
        const string table = """
            {"offsetTable":{{"brokerName":"b","queueId":0,"topic":"t"}:{"brokerOffset":1,"consumerOffset":-1}},
            "dataVersion":{"counter":1,"stateVersion":0,"timestamp":1e3},0:"x",x:null,"\u00e9":[true,null,1.5,-7]}
            """;
        const string topic = """
            {"topicName":"t","readQueueNums":8,"perm":6,"order":false,"topicFilterType":"SINGLE_TAG",
            "attributes":{"message.type":"FIFO"}}
            """;
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, Utf8(heartbeat), Utf8(table), Utf8(topic)),
            FuzzRun.Count(Usual),
            input =>
            {
                if (!FastJson.TryParse(input, out var json, out _))
                    return;
                ReadBodies(json);
                // What is no object is refused as a whole.
                if (json.Kind == FastJsonKind.Object)
                    HeartbeatData.Parse(input);
            }
        );
    }

    [Fact]
    public void Properties_of_messages()
    {
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, Properties),
            FuzzRun.Count(Usual),
            input =>
            {
                var found = Broker.Core.Send.SentProperties.Scan(input);
                var writer = new PropertiesWriter(stackalloc byte[512]);
                found.Rewrite(input, ref writer);
                var again = Broker.Core.Send.SentProperties.Scan(writer.Written);
                Assert.False(again.NeedsRewrite);
                Assert.Equal(found.DelayLevel, again.DelayLevel);
                writer.Free();
                MessageProperties.ToDictionary(input);
                MessageProperties.TryGetLong(input, "DELAY"u8, out _);
                JavaHash.Of(input);
                NameRules.TopicProblem(input);
                NameRules.GroupProblem(input);
                _ = OffsetMessageId.TryParse(input, out _, out _);
            }
        );
    }

    [Fact]
    public void Batches()
    {
        var batch = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 4; i++)
            BatchWriter.Add(batch, i, new byte[i * 20], Properties);
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, batch.WrittenSpan.ToArray()),
            FuzzRun.Count(Usual),
            input =>
            {
                var reader = new BatchReader(input);
                var total = 0;
                while (reader.MoveNext())
                    total += reader.Body.Length + reader.Properties.Length;
                Assert.InRange(total, 0, input.Length);
                BatchReader.Count(input);
            }
        );
    }

    [Fact]
    public void Stored_messages()
    {
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, [.. GoldenFile.Read("messages.txt").Values]),
            FuzzRun.Count(Usual),
            input =>
            {
                if (MessageView.Read(input, out var message) != MessageProblem.None)
                    return;
                Assert.InRange(message.TotalSize, 1, input.Length);
                _ = message.BodyIsIntact;
                _ = message.Body.Length + message.Topic.Length + message.Properties.Length + message.StoreTimestamp;
                HostAddress.Read(message.BornHost);
                HostAddress.Read(message.StoreHost);
            }
        );
    }

    [Fact]
    public void Sql_expressions()
    {
        var filters = new MessageFilters();
        string[] good =
        [
            "a > 1.5 AND b IN ('x', 'it''s') OR NOT (c IS NULL)",
            "price NOT BETWEEN -5 AND 10L OR name CONTAINS 'x' -- end\n",
            "((a = TRUE) <> (b <= .5e-3)) /* c */ AND d NOT STARTSWITH 'é'",
        ];
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, [.. good.Select(Utf8)]),
            FuzzRun.Count(Usual),
            input =>
            {
                if (SqlFilter.TryParse(input, out var filter, out var problem))
                    filter.MatchesMessage(Properties);
                else
                    Assert.StartsWith("SQL92 expression, line ", problem);
                filters.TryGet("TAG"u8, input, out _);
                filters.TryGet("SQL92"u8, input, out _);
                filters.TryGet(input, input, out _);
            }
        );
    }

    [Fact]
    public void Properties_under_an_sql_expression()
    {
        const string expression =
            "a > 1 OR TAGS = 't' OR a < b OR KEYS CONTAINS 'b' OR DELAY BETWEEN 1 AND 2.5 OR b = TRUE";
        Assert.True(SqlFilter.TryParse(Utf8(expression), out var filter, out _));
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, Properties),
            FuzzRun.Count(Usual),
            input =>
            {
                filter.MatchesMessage(input);
                JavaNumber.TryDouble(input, out _);
                JavaNumber.TryWhole(input, out _);
            }
        );
    }

    [Fact]
    public void Texts_of_properties()
    {
        FuzzRun.Over(
            new FuzzInput(FuzzRun.Seed, "brokerName=a\n#c\r\nx : y\\\n z\\u00e9=1\n"u8.ToArray()),
            FuzzRun.Count(Usual),
            input => _ = PropertiesText.Parse(Encoding.UTF8.GetString(input)).Count()
        );
    }

    static void ReadBodies(FastJson json)
    {
        DataVersion.Read(json["dataVersion"]);
        TopicConfig.Read(json);
        SubscriptionGroupConfig.Read(json);
        SubscriptionData.Read(json);
        MessageQueue.Read(json);
        QueueData.Read(json);
        foreach (var (name, value) in json["offsetTable"].Members)
            _ = name["queueId"].AsInt() + value["brokerOffset"].AsLong();
        foreach (var (name, value) in json.Members)
            _ = $"{name.AsText()}{value.AsText()}{value.AsInt()}{value.AsBool()}";
    }

    static byte[] HeaderOf(SerializeType type, FieldList fields)
    {
        var frame = new FrameWriter(type, 10, LanguageCode.Java, ClientVersion.Current, 1, 0, "remark \u00e9"u8);
        frame.Add(fields);
        frame.Finish(0, default);
        var bytes = frame.Written[8..].ToArray();
        frame.Free();
        return bytes;
    }

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
