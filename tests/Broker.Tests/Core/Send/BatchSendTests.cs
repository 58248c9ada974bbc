using System.Buffers;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Send;

public sealed class BatchSendTests : BrokerTest
{
    [Fact]
    public async Task The_parts_of_a_batch_become_messages_of_their_own()
    {
        var answer = await SendAsync(
            "orders",
            Batch(("b1", "UNIQ_KEY=U1 TAGS=ta"), ("b2", "UNIQ_KEY=U2"), ("b3", "")),
            "WAIT=true"
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal("0", answer.Fields["queueOffset"]);
        Assert.Equal(3, answer.Fields["msgId"].Split(',').Distinct().Count());
        var messages = Messages(await Target.PullAsync("orders"));
        Assert.Equal(["b1", "b2", "b3"], messages.Select(m => m.Text));
        Assert.Equal([0L, 1, 2], messages.Select(m => m.QueueOffset));
        Assert.Equal("ta", messages[0].Properties["TAGS"]);
        Assert.All(messages, m => Assert.Equal("DefaultRegion", m.Properties["MSG_REGION"]));
        Assert.All(messages, m => Assert.Equal("true", m.Properties["WAIT"]));
        Assert.False(messages[2].Properties.ContainsKey("UNIQ_KEY"));
    }

    [Fact]
    public async Task Each_id_of_a_batch_leads_to_its_message()
    {
        var answer = await SendAsync("orders", Batch(("b1", ""), ("b2", "")));
        var found = new List<string>();
        foreach (var id in answer.Fields["msgId"].Split(','))
        {
            Assert.True(OffsetMessageId.TryParse(Encoding.ASCII.GetBytes(id), out _, out var position));
            var view = await Target.CallAsync(RequestCode.ViewMessageById, ("offset", position));
            found.Add(Assert.Single(Messages(view)).Text);
        }
        Assert.Equal(["b1", "b2"], found);
    }

    [Theory]
    [InlineData("%RETRY%readers", "", "batch request does not support retry group %RETRY%readers")]
    [InlineData("orders", "DELAY=2", "the message is illegal")]
    public async Task A_batch_is_neither_retried_nor_delayed(string topic, string properties, string remark)
    {
        var answer = await SendAsync(topic, Batch(("b1", "")), properties);
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.StartsWith(remark, answer.Remark);
    }

    [Theory]
    [InlineData("garbage that is no batch at all, long enough to be looked at")]
    [InlineData("x")]
    [InlineData("")]
    public async Task A_malformed_batch_is_refused_as_a_whole(string body)
    {
        Assert.Equal(ResponseCode.MessageIllegal, (await SendAsync("orders", Encoding.UTF8.GetBytes(body))).Code);
        Assert.Equal(ResponseCode.PullNotFound, (await Target.PullAsync("orders")).Code);
    }

    [Fact]
    public async Task A_batch_that_is_cut_at_any_byte_is_refused_or_shorter_by_whole_parts()
    {
        var whole = Batch(("first", "TAGS=a"), ("second", "TAGS=b"));
        for (var length = 1; length < whole.Length; length++)
        {
            var answer = await SendAsync("cut", whole[..length]);
            if (answer.Code == ResponseCode.Success)
                Assert.Equal(Batch(("first", "TAGS=a")).Length, length);
            else
                Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        }
    }

    [Fact]
    public async Task A_part_keeps_its_own_id_whatever_the_batch_is_called()
    {
        await SendAsync(
            "orders",
            Batch(("b1", "UNIQ_KEY=U1 TAGS=ta"), ("b2", "UNIQ_KEY=U2"), ("b3", "")),
            "UNIQ_KEY=whole WAIT=true"
        );
        var messages = Messages(await Target.PullAsync("orders"));
        Assert.Equal(["U1", "U2", "whole"], messages.Select(message => message.Properties["UNIQ_KEY"]));
        Assert.All(messages, message => Assert.Equal("true", message.Properties["WAIT"]));
        foreach (var key in (string[])["U1", "U2", "whole"])
            await UntilAsync(async () => (await QueryAsync(key)).Code == ResponseCode.Success);
        Assert.Equal("b2", Assert.Single(Messages(await QueryAsync("U2"))).Text);
    }

    Task<RemotingResponse> QueryAsync(string key) =>
        Target.CallAsync(
            RequestCode.QueryMessage,
            ("topic", "orders"),
            ("key", key),
            ("maxNum", 10),
            ("beginTimestamp", 0),
            ("endTimestamp", long.MaxValue)
        );

    Task<RemotingResponse> SendAsync(string topic, byte[] batch, string properties = "") =>
        Target.Client.InvokeAsync(
            RequestCode.SendBatchMessage,
            new()
            {
                { "a", "producers" },
                { "b", topic },
                { "c", "TBW102" },
                { "d", 4 },
                { "e", 0 },
                { "f", 0 },
                { "g", 1 },
                { "h", 0 },
                { "i", Properties(properties) },
                { "j", 0 },
                { "k", false },
                { "m", true },
            },
            batch,
            Patience
        );

    static byte[] Batch(params (string Body, string Properties)[] parts)
    {
        var target = new ArrayBufferWriter<byte>();
        foreach (var (body, properties) in parts)
            BatchWriter.Add(target, 0, Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes(Properties(properties)));
        return target.WrittenSpan.ToArray();
    }
}
