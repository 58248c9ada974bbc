using Broker.Protocol;
using Broker.Protocol.Bodies;
using Xunit;

namespace Broker.Tests.Core.Pop;

/// <summary>What VIEW_BROKER_STATS_DATA (315) tells of pops.</summary>
public sealed class PopFiguresTests() : PopTest("a", "b", "c")
{
    const string Pair = $"{PopBroker.Topic}@{PopBroker.Group}";

    [Fact]
    public async Task Batches_and_acknowledgements_are_counted_for_the_group_and_the_broker()
    {
        await NotCountedAsync("GROUP_CK_NUMS", Pair);
        await NotCountedAsync("GROUP_ACK_NUMS", Pair);
        var popped = await _broker.TakeAsync(["a", "b", "c"]);
        await _broker.AckAsync(popped, 0);
        // A changed time is a new batch of one, and the old one is acknowledged.
        await _broker.ChangeAsync(popped, 1, 30_000);
        _broker.Node.Stats.SampleNow();
        Assert.Equal((2, 2), (await SumAsync("GROUP_CK_NUMS", Pair), await SumAsync("GROUP_ACK_NUMS", Pair)));
        Assert.Equal(
            (2, 2),
            (await SumAsync("BROKER_CK_NUMS", "DefaultCluster"), await SumAsync("BROKER_ACK_NUMS", "DefaultCluster"))
        );
        await NotCountedAsync("BROKER_CK_NUMS", "elsewhere");
        await NotCountedAsync("BROKER_ACK_NUMS", "elsewhere");
    }

    [Fact]
    public async Task A_batch_of_acknowledgements_counts_its_messages()
    {
        var popped = await _broker.TakeAsync(["a", "b", "c"]);
        var body = $$"""
            {"brokerName":"broker-a","acks":[{"c":"{{PopBroker.Group}}","t":"{{PopBroker.Topic}}","r":"0","so":0,"q":0,
            "rq":{{popped.Text("reviveQid")}},"pt":{{popped.Text("popTime")}},"it":60000,"b":"BQ=="}]}
            """;
        var answer = await _broker.Broker.Client.InvokeAsync(
            RequestCode.BatchAckMessage,
            null,
            System.Text.Encoding.UTF8.GetBytes(body),
            TestBroker.Patience
        );
        answer.EnsureSuccess();
        _broker.Node.Stats.SampleNow();
        Assert.Equal(2, await SumAsync("GROUP_ACK_NUMS", Pair));
    }

    async Task<long> SumAsync(string name, string key) =>
        BrokerStatsData.Parse((await FigureAsync(name, key)).EnsureSuccess().Body.Span).Minute.Sum;

    async Task NotCountedAsync(string name, string key) =>
        Assert.Equal($"The stats <{name}> <{key}> not exist", (await FigureAsync(name, key)).Remark);

    Task<Broker.Remoting.RemotingResponse> FigureAsync(string name, string key) =>
        _broker.Broker.CallAsync(RequestCode.ViewBrokerStatsData, ("statsName", name), ("statsKey", key));
}
