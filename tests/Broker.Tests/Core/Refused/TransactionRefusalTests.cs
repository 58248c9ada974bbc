using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Tests.Core.Transactions;
using Broker.Tests.Remoting;
using Xunit;
using Half = Broker.Tests.Core.Transactions.Half;

namespace Broker.Tests.Core.Refused;

/// <summary>
/// Decisions about transactions that the log does not take: they stay undecided, and can be made once it does.
/// </summary>
public sealed class TransactionRefusalTests : RefusalTest
{
    Producer _producer = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _producer = await Producer.StartAsync(Target.Address);
    }

    public override async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_message_that_is_larger_than_allowed_meanwhile_is_committed(SerializeType type)
    {
        var half = await _producer.PrepareAsync("more than ten bytes", "UNIQ_KEY=ID1");
        await Target.ConfigureAsync("maxMessageSize=10");
        Assert.Equal(ResponseCode.Success, (ResponseCode)(await CommitAsync(type, half)).Header.Code);
        Assert.Single(await Target.AwaitAsync("orders", queueId: 1));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_disk_that_is_full_meanwhile_is_14(SerializeType type)
    {
        var half = await _producer.PrepareAsync("body", "UNIQ_KEY=ID1");
        // Whatever is used of this machine's disk.
        Target.Node.Store.Options.DiskFullPercent = -1;
        Target.Node.Store.Clean();
        AssertAnswer(ResponseCode.ServiceNotAvailable, "Service not available now.", await CommitAsync(type, half));
        Target.Node.Store.Options.DiskFullPercent = 100;
        Target.Node.Store.Clean();
        await IsUndecidedAsync(type, half);
    }

    async Task IsUndecidedAsync(SerializeType type, Half half)
    {
        Assert.Equal(ResponseCode.Success, (ResponseCode)(await CommitAsync(type, half)).Header.Code);
        Assert.Single(await Target.AwaitAsync("orders", queueId: 1));
    }

    Task<RawFrame> CommitAsync(SerializeType type, Half half) =>
        Target.AskAsync(
            type,
            RequestCode.EndTransaction,
            [
                ("producerGroup", "producers"),
                ("tranStateTableOffset", half.Offset),
                ("commitLogOffset", half.Position),
                ("commitOrRollback", SysFlag.TransactionCommit),
                ("msgId", half.Id),
            ]
        );
}
