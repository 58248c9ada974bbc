using System.Text;
using Broker.Protocol;
using Xunit;

namespace Broker.Tests.Core.Replica;

public sealed class HaTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        await Target.SendAsync("orders", "one");
    }

    [Fact]
    public async Task A_master_tells_its_state()
    {
        var text = Encoding.UTF8.GetString((await Target.CallAsync(RequestCode.GetBrokerHaStatus)).Body.Span);
        var end = Target.Node.Store.MaxPosition.Value;
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
        Target.Node.Store.Flush();
        var info = await Target.CallAsync(RequestCode.ExchangeBrokerHaInfo);
        var address = Target.Running.BrokerAddress!;
        Assert.Equal(address.ToString(), info.Fields["masterAddress"]);
        Assert.Equal($"{address.Address}:{address.Port + 1}", info.Fields["masterHaAddress"]);
        Assert.Equal(Target.Node.Store.MaxPosition.Value, info.Long("masterFlushOffset"));
        var order = await Target.CallAsync(RequestCode.ExchangeBrokerHaInfo, ("masterHaAddress", "127.0.0.1:1"));
        Assert.Equal(ResponseCode.IllegalOperation, order.Code);
    }

    [Fact]
    public async Task Only_a_master_has_nothing_to_reset()
    {
        Assert.Equal(ResponseCode.Success, (await Target.CallAsync(RequestCode.NotifyMinBrokerIdChange)).Code);
        Assert.Equal(ResponseCode.Success, (await Target.CallAsync(RequestCode.ResetMasterFlushOffset)).Code);
        await Target.Node.StepDownAsync("a test");
        await using var client = await Target.ConnectAsync();
        var refused = await client.InvokeAsync(RequestCode.ResetMasterFlushOffset, null, default, TestBroker.Patience);
        Assert.Equal(ResponseCode.IllegalOperation, refused.Code);
    }
}
