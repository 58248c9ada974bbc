using System.Text;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Query;

public sealed class QueryTests : BrokerTest
{
    [Fact]
    public async Task The_id_of_an_answer_leads_to_the_message()
    {
        await Target.SendAsync("orders", "other");
        var id = (await Target.SendAsync("orders", "wanted")).Fields["msgId"];
        Assert.True(OffsetMessageId.TryParse(Encoding.ASCII.GetBytes(id), out var host, out var position));
        Assert.Equal(Target.Address, host.ToEndPoint().ToString());
        var found = await Target.CallAsync(RequestCode.ViewMessageById, ("offset", position), ("topic", "orders"));
        Assert.Equal("wanted", Assert.Single(Messages(found)).Text);
    }

    [Theory]
    [InlineData(99_999_999)]
    [InlineData(7)]
    [InlineData(-1)]
    public async Task Where_no_message_begins_there_is_none(long position)
    {
        await Target.SendAsync("orders", "x");
        var answer = await Target.CallAsync(RequestCode.ViewMessageById, ("offset", position));
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Equal($"can not find message by the offset, {position}", answer.Remark);
    }

    [Fact]
    public async Task A_message_is_found_by_its_key_and_by_its_unique_id()
    {
        await Target.SendAsync("orders", "one", properties: "KEYS=red UNIQ_KEY=U1");
        await Target.SendAsync("orders", "two", properties: "KEYS=red UNIQ_KEY=U2");
        Assert.Equal(["one", "two"], await QueryAsync("red"));
        Assert.Equal(["two"], await QueryAsync("U2", ("_UNIQUE_KEY_QUERY", "true")));
    }

    [Fact]
    public async Task A_key_finds_at_most_the_64_newest_and_an_id_the_32_newest_in_log_order()
    {
        for (var i = 0; i < 70; i++)
            await Target.SendAsync("orders", $"{i:00}", properties: "KEYS=red UNIQ_KEY=U1");
        await QueryAsync("red", ("maxNum", 70));
        Assert.Equal(Numbers(70 - 64), await FoundAsync("red", ("maxNum", 100)));
        Assert.Equal(Numbers(70 - 5), await FoundAsync("red", ("maxNum", 5)));
        Assert.Equal(Numbers(70 - 32), await FoundAsync("U1", ("maxNum", 100), ("_UNIQUE_KEY_QUERY", "true")));
        var none = await Target.CallAsync(RequestCode.QueryMessage, FieldsFor("red", ("maxNum", 0)));
        Assert.Equal(ResponseCode.QueryNotFound, none.Code);

        static IEnumerable<string> Numbers(int from) => Enumerable.Range(from, 70 - from).Select(i => $"{i:00}");
    }

    [Fact]
    public async Task A_key_that_nothing_has()
    {
        await Target.SendAsync("orders", "one", properties: "KEYS=red");
        var answer = await Target.CallAsync(RequestCode.QueryMessage, Fields("blue"));
        Assert.Equal(ResponseCode.QueryNotFound, answer.Code);
        Assert.Equal("can not find message, maybe time range not correct", answer.Remark);
        Assert.True(answer.Fields.ContainsKey("indexLastUpdatePhyoffset"));
    }

    [Theory]
    [InlineData("orders", "")]
    [InlineData("", "red")]
    public async Task An_empty_key_or_topic_is_one_that_nothing_has(string topic, string key)
    {
        await Target.SendAsync("orders", "one", properties: "KEYS=red");
        (string, object)[] fields = [("topic", topic), ("key", key), .. Fields(key)[2..]];
        Assert.Equal(ResponseCode.QueryNotFound, (await Target.CallAsync(RequestCode.QueryMessage, fields)).Code);
    }

    async Task<List<string>> QueryAsync(string key, params (string, object)[] other)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await Target.CallAsync(RequestCode.QueryMessage, FieldsFor(key, other));
            if (answer.Code == ResponseCode.Success)
                return [.. Messages(answer).Select(m => m.Text).Order()];
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>What is there already, in the order of the answer.</summary>
    async Task<IEnumerable<string>> FoundAsync(string key, params (string, object)[] other) =>
        Messages(await Target.CallAsync(RequestCode.QueryMessage, FieldsFor(key, other))).Select(m => m.Text);

    static (string, object)[] FieldsFor(string key, params (string Name, object)[] other) =>
        [.. Fields(key).Where(field => other.All(one => one.Name != field.Item1)), .. other];

    static (string, object)[] Fields(string key) =>
        [("topic", "orders"), ("key", key), ("maxNum", 10), ("beginTimestamp", 0), ("endTimestamp", long.MaxValue)];
}
