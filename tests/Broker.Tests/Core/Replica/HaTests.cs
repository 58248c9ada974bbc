using System.Text;
using Broker.Protocol;
using Xunit;

namespace Broker.Tests.Core.Replica;

public sealed class HaTests : IAsyncLifetime
{
    readonly TestFolder _folder = new();
    TestBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(_folder.Path);
        await _broker.SendAsync("orders", "one");
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_master_tells_its_state()
    {
        var text = Encoding.UTF8.GetString((await _broker.CallAsync(RequestCode.GetBrokerHaStatus)).Body.Span);
        var end = _broker.Node.Store.MaxPosition.Value;
        Assert.True(end > 0);
        Assert.EndsWith(
            $"\"inSyncSlaveNums\":0,\"master\":true,\"masterCommitLogMaxOffset\":{end}}}",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_master_tells_where_to_replicate_from_and_takes_no_orders()
    {
        _broker.Node.Store.Flush();
        var info = await _broker.CallAsync(RequestCode.ExchangeBrokerHaInfo);
        var address = _broker.Running.BrokerAddress!;
        Assert.Equal(address.ToString(), info.Fields["masterAddress"]);
        Assert.Equal($"{address.Address}:{address.Port + 1}", info.Fields["masterHaAddress"]);
        Assert.Equal(_broker.Node.Store.MaxPosition.Value, info.Long("masterFlushOffset"));
        var order = await _broker.CallAsync(RequestCode.ExchangeBrokerHaInfo, ("masterHaAddress", "127.0.0.1:1"));
        Assert.Equal(ResponseCode.IllegalOperation, order.Code);
    }

    [Fact]
    public async Task Only_a_master_has_nothing_to_reset()
    {
        Assert.Equal(ResponseCode.Success, (await _broker.CallAsync(RequestCode.NotifyMinBrokerIdChange)).Code);
        Assert.Equal(ResponseCode.Success, (await _broker.CallAsync(RequestCode.ResetMasterFlushOffset)).Code);
        await _broker.Node.StepDownAsync("a test");
        await using var client = await _broker.ConnectAsync();
        var refused = await client.InvokeAsync(RequestCode.ResetMasterFlushOffset, null, default, TestBroker.Patience);
        Assert.Equal(ResponseCode.IllegalOperation, refused.Code);
    }
}
