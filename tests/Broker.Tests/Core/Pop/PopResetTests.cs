using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.Pop.PopBroker;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pop;

/// <summary>What pops make of an offset that an administrator set (222).</summary>
public sealed class PopResetTests() : PopTest("a", "b", "c")
{
    [Fact]
    public async Task Pops_go_on_at_the_offset_and_acknowledgements_count_from_there()
    {
        await _broker.TakeAsync(["a", "b", "c"]);
        await ResetAsync(1);
        var again = await _broker.TakeAsync(["b", "c"]);
        await _broker.AckAsync(again, 1);
        await _broker.AckAsync(again, 2);
        await _broker.PassAsync(TimeSpan.FromSeconds(5), () => _broker.Committed() == 3);
        await _broker.TakeAsync([]);
    }

    [Fact]
    public async Task A_pop_that_waits_learns_of_it_at_once()
    {
        await _broker.TakeAsync(["a", "b", "c"]);
        var waiting = await HoldAsync();
        await using var admin = await _broker.Broker.ConnectAsync();
        await ResetAsync(2, admin);
        Assert.Equal(["c"], Messages(await waiting).Select(message => message.Text));
    }

    [Fact]
    public async Task Ordered_consumption_is_not_blocked_any_more()
    {
        await _broker.TakeAsync(["a"], Ordered, ("maxMsgNums", 1));
        await _broker.TakeAsync([], Ordered);
        await ResetAsync(0);
        await _broker.TakeAsync(["a", "b", "c"], Ordered);
    }

    [Fact]
    public async Task A_reset_that_came_before_the_first_pop_counts()
    {
        await _broker.Broker.PullAsync(Topic, group: Group);
        await ResetAsync(2);
        var popped = await _broker.TakeAsync(["c"]);
        await _broker.AckAsync(popped, 2);
        await _broker.PassAsync(TimeSpan.FromSeconds(5), () => _broker.Committed() == 3);
    }

    async Task ResetAsync(long offset, RemotingClient? admin = null) =>
        (
            await (admin ?? _broker.Client).InvokeAsync(
                RequestCode.InvokeBrokerToResetOffset,
                Fields([("topic", Topic), ("group", Group), ("queueId", 0), ("timestamp", 0), ("offset", offset)]),
                default,
                Patience
            )
        ).EnsureSuccess();
}
