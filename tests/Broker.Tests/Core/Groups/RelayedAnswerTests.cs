using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

/// <summary>Answers that no client of Apache's would give, handed on to an administrator (307, 309).</summary>
public sealed class RelayedAnswerTests : BrokerTest
{
    const int FrameBytesMax = 16 * 1024 * 1024;

    [Theory]
    [InlineData(RequestCode.GetConsumerRunningInfo, SerializeType.Json)]
    [InlineData(RequestCode.GetConsumerRunningInfo, SerializeType.Binary)]
    [InlineData(RequestCode.ConsumeMessageDirectly, SerializeType.Json)]
    [InlineData(RequestCode.ConsumeMessageDirectly, SerializeType.Binary)]
    public async Task A_body_that_is_not_JSON_is_handed_on_as_it_came(RequestCode code, SerializeType type)
    {
        byte[] body = [0xFF, 0, (byte)'{', 0x80, 0xC0];
        using var asking = await AskAsync(code, type);
        await asking.AnswerAsync(ResponseCode.Success, null, body);
        var answer = await asking.Administrator.ReceiveAsync();
        Assert.Equal((int)ResponseCode.Success, answer.Header.Code);
        Assert.Equal(body, answer.Body);
        await asking.AssertStillServedAsync();
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public async Task Field_names_with_quotes_and_line_ends_do_not_break_the_administrators_frames(SerializeType type)
    {
        const string name = "a\":\"b\"},\"code\":7,\"x\n\\\u0001订";
        using var asking = await AskAsync(RequestCode.GetConsumerRunningInfo, type);
        await asking.AnswerAsync(ResponseCode.Success, new FieldList { { name, "value \" \n" } }, [1]);
        var answer = await asking.Administrator.ReceiveAsync();
        Assert.Equal((int)ResponseCode.Success, answer.Header.Code);
        Assert.Equal("value \" \n", answer[name]);
        await asking.AssertStillServedAsync();
    }

    [Theory]
    [InlineData(12 * 1024, 0)]
    [InlineData(0, FrameBytesMax - 1024)]
    public async Task An_answer_too_long_for_another_connection_is_refused(int nameLetters, int bodyBytes)
    {
        using var asking = await AskAsync(RequestCode.GetConsumerRunningInfo, SerializeType.Binary);
        var fields = new FieldList { { new string('n', nameLetters), "" } };
        await asking.AnswerAsync(ResponseCode.Success, fields, new byte[bodyBytes]);
        var answer = await asking.Administrator.ReceiveAsync();
        Assert.Equal((int)ResponseCode.SystemError, answer.Header.Code);
        Assert.Equal($"the client c1 answered {nameLetters} letters and {bodyBytes} bytes: too much", answer.Remark);
        await asking.AssertStillServedAsync();
    }

    [Fact]
    public async Task A_frame_larger_than_any_may_be_costs_only_the_consumer_its_connection()
    {
        using var asking = await AskAsync(RequestCode.GetConsumerRunningInfo, SerializeType.Json);
        await asking.Consumer.SendAsync(new byte[] { 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 });
        await asking.Consumer.WaitForEndAsync();
        var answer = await asking.Administrator.ReceiveAsync();
        Assert.Equal((int)ResponseCode.SystemError, answer.Header.Code);
        Assert.StartsWith("invoke consumer <readers> <c1> Exception:", answer.Remark, StringComparison.Ordinal);
        await asking.AssertStillServedAsync();
    }

    [Fact]
    public async Task A_field_that_an_administrator_names_strangely_reaches_the_consumer_as_it_is()
    {
        const string name = "odd\"},\"opaque\":77,\"y";
        using var asking = await AskAsync(RequestCode.GetConsumerRunningInfo, SerializeType.Json, (name, "1"));
        Assert.Equal("1", asking.Asked[name]);
        await asking.AnswerAsync(ResponseCode.Success, null, []);
        Assert.Equal((int)ResponseCode.Success, (await asking.Administrator.ReceiveAsync()).Header.Code);
    }

    async Task<RelayedQuestion> AskAsync(RequestCode code, SerializeType type, params (string, string)[] more)
    {
        var sent = await Target.SendAsync("orders", "body");
        var consumer = await RawClient.ConnectAsync(Target.Running.BrokerAddress!);
        var heartbeat = Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")).ToJson();
        await consumer.SendAsync(RawClient.Frame(SerializeType.Json, (int)RequestCode.HeartBeat, body: heartbeat));
        await consumer.ReceiveAsync();
        var administrator = await RawClient.ConnectAsync(Target.Running.BrokerAddress!);
        var fields = new FieldList
        {
            { "consumerGroup", "readers" },
            { "clientId", "c1" },
            { "topic", "orders" },
            { "msgId", sent.Fields["msgId"] },
        };
        foreach (var (name, value) in more)
            fields.Add(name, value);
        await administrator.SendAsync(RawClient.Frame(type, (int)code, fields: fields));
        while (true)
        {
            var asked = await consumer.ReceiveAsync();
            if (asked.Header.Code == (int)code)
                return new RelayedQuestion(consumer, administrator, asked);
        }
    }

    /// <summary>A question that a consumer was asked and has not answered yet.</summary>
    sealed class RelayedQuestion(RawClient consumer, RawClient administrator, RawFrame asked) : IDisposable
    {
        public RawClient Consumer => consumer;

        public RawClient Administrator => administrator;

        public RawFrame Asked => asked;

        public Task AnswerAsync(ResponseCode code, FieldList? fields, byte[] body) =>
            consumer.SendAsync(
                RawClient.Frame(
                    SerializeType.Json,
                    (int)code,
                    asked.Header.Opaque,
                    Header.ResponseFlag,
                    fields,
                    body,
                    remark: ""
                )
            );

        public async Task AssertStillServedAsync()
        {
            var fields = new FieldList { { "topic", "orders" } };
            await administrator.SendAsync(
                RawClient.Frame(SerializeType.Json, (int)RequestCode.GetTopicStatsInfo, opaque: 9, fields: fields)
            );
            var answer = await administrator.ReceiveAsync();
            Assert.Equal((9, (int)ResponseCode.Success), (answer.Header.Opaque, answer.Header.Code));
            Assert.StartsWith("{", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
        }

        public void Dispose()
        {
            consumer.Dispose();
            administrator.Dispose();
        }
    }
}
