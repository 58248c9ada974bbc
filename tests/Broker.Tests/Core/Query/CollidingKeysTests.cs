using Broker.Protocol;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Query;

public sealed class CollidingKeysTests : BrokerTest
{
    const int Messages = 1_000;

    [Fact]
    public async Task A_long_search_is_answered_and_its_connection_goes_on()
    {
        var sends = Enumerable.Range(0, Messages).Select(i => Target.SendAsync("orders", $"{i}", 0, $"KEYS={Key(i)}"));
        Assert.All(await Task.WhenAll(sends), answer => Assert.Equal(ResponseCode.Success, answer.Code));
        var oldest = QueryAsync(Key(0));
        var missing = QueryAsync(Key(Messages));
        Assert.Equal(ResponseCode.Success, (await Target.SendAsync("orders", "behind")).Code);
        Assert.Equal("0", Assert.Single(TestBroker.Messages(await oldest)).Text);
        var answer = await missing;
        Assert.Equal(ResponseCode.QueryNotFound, answer.Code);
        Assert.Equal("can not find message, maybe time range not correct", answer.Remark);
    }

    Task<Broker.Remoting.RemotingResponse> QueryAsync(string key) =>
        Target.CallAsync(
            RequestCode.QueryMessage,
            ("topic", "orders"),
            ("key", key),
            ("maxNum", 64),
            ("beginTimestamp", 0),
            ("endTimestamp", long.MaxValue)
        );

    /// <summary>"Aa" and "BB" have the same hash in Java, and so have all words made of the two.</summary>
    static string Key(int number) =>
        string.Concat(Enumerable.Range(0, 11).Select(bit => (number >> bit & 1) == 0 ? "Aa" : "BB"));
}
