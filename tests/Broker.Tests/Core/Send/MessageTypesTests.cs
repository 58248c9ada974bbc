using Broker.Protocol;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Send;

/// <summary>Messages that are not of their topic's type, as Apache's proxy refuses them.</summary>
public sealed class MessageTypesTests
{
    const string Sharded = "__SHARDINGKEY=user-7";

    [Theory]
    [InlineData("NORMAL", "", null)]
    [InlineData("NORMAL", "DELAY=1", "DELAY")]
    [InlineData("NORMAL", Sharded, "FIFO")]
    [InlineData("FIFO", Sharded, null)]
    [InlineData("FIFO", "", null)] // ordered by the sender's choice of a queue
    [InlineData("FIFO", "DELAY=1", "DELAY")]
    [InlineData("DELAY", "DELAY=1", null)]
    [InlineData("DELAY", "", "NORMAL")]
    [InlineData("DELAY", "TRAN_MSG=true DELAY=1", "TRANSACTION")]
    [InlineData("MIXED", "DELAY=1", null)]
    [InlineData("UNSPECIFIED", "DELAY=1", null)]
    public async Task A_message_of_another_type_is_refused(string type, string properties, string? actual)
    {
        using var folder = new TestFolder();
        await using var broker = await StartAsync(folder.Path, ("enableTopicMessageTypeCheck", "true"));
        await CreateAsync(broker, type);
        var answer = await broker.SendAsync("typed", "body", properties: properties);
        if (actual is null)
        {
            Assert.Equal(ResponseCode.Success, answer.Code);
            return;
        }
        Assert.Equal(ResponseCode.MessageIllegal, answer.Code);
        Assert.Equal(
            $"TopicMessageType validate failed, the expected type is {type}, but actual type is {actual}",
            answer.Remark
        );
    }

    [Fact]
    public async Task Without_the_option_or_the_attribute_nothing_is_refused()
    {
        using var folder = new TestFolder();
        await using var broker = await StartAsync(folder.Path);
        await CreateAsync(broker, "NORMAL");
        Assert.Equal(ResponseCode.Success, (await broker.SendAsync("typed", "x", properties: "DELAY=1")).Code);
        await broker.Client.InvokeAsync(
            RequestCode.UpdateBrokerConfig,
            new Broker.Protocol.Headers.FieldList(),
            "enableTopicMessageTypeCheck=true"u8.ToArray(),
            Patience
        );
        Assert.Equal(ResponseCode.MessageIllegal, (await broker.SendAsync("typed", "x", properties: "DELAY=1")).Code);
        Assert.Equal(ResponseCode.Success, (await broker.SendAsync("untyped", "x", properties: "DELAY=1")).Code);
    }

    static Task CreateAsync(TestBroker broker, string type) =>
        broker.CallAsync(
            RequestCode.UpdateAndCreateTopic,
            ("topic", "typed"),
            ("readQueueNums", 4),
            ("writeQueueNums", 4),
            ("perm", 6),
            ("attributes", $"+message.type={type}")
        );
}
